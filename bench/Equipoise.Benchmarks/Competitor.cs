using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Equipoise.Benchmarks;

/// <summary>One program that speaks the protocol of <see cref="Server"/>. While it is not its turn it is stopped, so that its waiting threads disturb nobody.</summary>
internal sealed class Competitor : IDisposable
{
    public const string HowToInstallTorch = "To have it: apt-get install python3-torch python3-scipy libopenblas0-openmp.";

    // All that run, so that none stays behind, stopped for ever, when the comparison is interrupted.
    private static readonly ConcurrentDictionary<int, Process> _running = new();
    private readonly Process _process;

    private Competitor(Process process) => _process = process;

    /// <summary>What it calls itself, once it ran; null if it does not say.</summary>
    public string? Version { get; private set; }

    /// <summary>Starts it and waits until it is ready; null with a reason if it cannot run here.</summary>
    public static Competitor? Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, out string problem)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            problem = $"{file} cannot be started: {failure.Message}";
            return null;
        }
        _running[process.Id] = process;
        string last = "";
        process.ErrorDataReceived += (_, e) => last = string.IsNullOrWhiteSpace(e.Data) || (last.Contains("Error", StringComparison.Ordinal) && !e.Data.Contains("Error", StringComparison.Ordinal)) ? last : e.Data.Trim();
        process.BeginErrorReadLine();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Trim() != "ready")
            {
                last = line;
                continue;
            }
            problem = "";
            var competitor = new Competitor(process);
            competitor.Signal("STOP");
            return competitor;
        }
        process.WaitForExit();
        _running.TryRemove(process.Id, out _);
        problem = $"it ended with exit code {process.ExitCode} before it was ready. {last}".TrimEnd();
        return null;
    }

    /// <summary>Ends all that run; for when the comparison is interrupted.</summary>
    public static void EndAll()
    {
        foreach (var process in _running.Values) process.Kill();
    }

    /// <summary>Runs it for about so long; the median time of its steps and that of the fastest, in milliseconds.</summary>
    public (double Median, double Fastest) Run(double milliseconds)
    {
        Signal("CONT");
        _process.StandardInput.WriteLine(milliseconds.ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Flush();
        string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"'{_process.StartInfo.FileName}' ended in the middle of a comparison.");
        Signal("STOP");
        var answer = JsonNode.Parse(line)!;
        Version = (string?)answer["peer"];
        var median = answer["ms_median"] ?? throw new InvalidOperationException($"'{_process.StartInfo.FileName}' answered {line}");
        return ((double)median, (double)answer["ms_min"]!);
    }

    public void Dispose()
    {
        Signal("CONT");
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000)) _process.Kill();
        _running.TryRemove(_process.Id, out _);
        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
