using System.Diagnostics;
using System.Globalization;

namespace Equipoise.Cli.Tests;

public sealed class CacheTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public CacheTests() => _sandbox.CacheFolder = _sandbox.In("cache");

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void What_train_encodes_is_listed_and_cleared()
    {
        Assert.Equal(ExitCodes.Done, _sandbox.Call("cache"));
        Assert.Contains("Nothing is kept", _sandbox.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, _sandbox.Train(Sandbox.GoodConfig));
        Assert.Equal(ExitCodes.Done, _sandbox.Call("cache", "list", "--json"));
        var entry = _sandbox.Json["result"]!["entries"]!.AsArray().Single()!;
        Assert.Equal(("stones.csv", 240), ((string?)entry["source"], (int)entry["rows"]!));
        Assert.Equal(ExitCodes.Done, _sandbox.Call("cache"));
        Assert.Contains("stones.csv", _sandbox.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, _sandbox.Call("cache", "clear"));
        Assert.Contains("Removed 1 entry", _sandbox.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_sandbox.CacheFolder!));
    }

    [Fact]
    public void Without_cache_nothing_is_kept_and_the_result_is_the_same()
    {
        Assert.Equal(ExitCodes.Done, _sandbox.Train(Sandbox.GoodConfig, "--no-cache"));
        Assert.False(Directory.Exists(_sandbox.CacheFolder));
        string plain = Weights();
        for (int time = 0; time < 2; time++)
        {
            Assert.Equal(ExitCodes.Done, _sandbox.Train(Sandbox.GoodConfig));
            Assert.Equal(plain, Weights());
        }
    }

    [Fact]
    public void An_action_that_there_is_not_is_refused()
    {
        Assert.Equal(ExitCodes.Usage, _sandbox.Call("cache", "burn"));
        _sandbox.CacheFolder = null;
        Assert.Equal(ExitCodes.Done, _sandbox.Call("cache", "clear", "--json"));
        Assert.Null(_sandbox.Json["result"]!["folder"]);
    }

    [Fact]
    public void A_file_larger_than_memory_trains()
    {
        const int Rows = 120_000, Heap = 24 << 20;
        using (var file = new StreamWriter(_sandbox.In("large.csv")))
        {
            file.Write("y,kind," + string.Join(',', Enumerable.Range(0, 40).Select(i => $"x{i}")) + "\n");
            string[] tails = [.. Enumerable.Range(0, 101).Select(k => string.Join(',', Enumerable.Range(0, 40).Select(i => ((((k * 37) + (i * 11)) % 1009) / 1009.0).ToString("0.00000", CultureInfo.InvariantCulture))))];
            for (int row = 0; row < Rows; row++) file.Write($"{row % 997},k{row % 3},{tails[row % 101]}\n");
        }
        Assert.True(new FileInfo(_sandbox.In("large.csv")).Length > 3L * Heap / 2);
        _sandbox.Write("large.yaml", "data: {source: large.csv}\ntrunk: [ {dense: 4} ]\noutputs: [ {name: y, type: number, loss: mse} ]\ntraining: {epochs: 1, batch: 512}\n");
        var (code, error) = InHeapOf(Heap, "--runs", _sandbox.In("runs"));
        Assert.True(code == ExitCodes.Done, error);
        Assert.True(File.Exists(Path.Combine(_sandbox.Run, "metrics.json")));
        // The measure measures: in memory it does not go.
        Assert.NotEqual(ExitCodes.Done, InHeapOf(Heap, "--runs", _sandbox.In("runs"), "--no-cache").Code);
    }

    private (int Code, string Error) InHeapOf(int bytes, params string[] further)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in (string[])[typeof(ExitCodes).Assembly.Location, "train", _sandbox.In("large.yaml"), .. further]) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_GCHeapHardLimit"] = bytes.ToString("x", CultureInfo.InvariantCulture);
        start.Environment["EQUIPOISE_CACHE"] = _sandbox.CacheFolder;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error + output.Result);
    }

    private string Weights()
    {
        string run = Directory.EnumerateDirectories(_sandbox.Runs).OrderBy(Directory.GetCreationTimeUtc).Last();
        byte[] weights = File.ReadAllBytes(Path.Combine(run, "last.safetensors"));
        Directory.Delete(run, recursive: true);
        return Convert.ToHexString(weights);
    }
}
