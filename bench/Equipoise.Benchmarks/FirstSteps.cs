using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>From the start of a process to its second step of training: what one waits for before anything happens. Both sides in turn, each in a new process.</summary>
internal static class FirstSteps
{
    private const int Steps = 2, Batch = 256;

    /// <summary>The program that is timed: builds a workload, trains two steps and says so.</summary>
    public static int RunOnce(string name)
    {
        var workload = Workload.Of(name, Batch, Steps);
        using var trainer = workload.Build().Compile(new CompileOptions { Optimizer = workload.Optimizer, Outputs = workload.Outputs });
        trainer.Fit(workload.Data, new FitOptions { BatchSize = workload.Batch });
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{process.PeakWorkingSet64 / 1048576.0:R}"));
        return 0;
    }

    public static int Run(Arguments arguments)
    {
        int runs = arguments.Number("--runs", 7);
        string[] columns = ["workload", "program", "best, s", "median, s", "peak memory, MiB", "load before", "date"];
        var file = new ResultFile(Place.Result("start.md"), "From the start of a process to its second step", string.Create(CultureInfo.InvariantCulture,
            $"Seconds from the start of a new process, its runtime included, to the end of its second step of {Batch} rows, of a few runs in turn; and the most memory it held. \"ours\" is a bare program that makes the network and {Steps * Batch} rows and trains. "
            + $"\"`train`, first\" is the tool: `dotnet Equipoise.Cli.dll train` with a config and a CSV of {StartFiles.Rows:N0} rows (64 numbers, 26 labels, three numbers, 8 classes), which it parses and encodes; \"`train`, again\" finds the encoded columns that the first left behind. "
            + $"The tool goes on to the end of the epoch, and says in its answer when the second step was done. Goals for ours in W1: 0.5 s must be reached, 0.25 is ambitious, 0.15 near the limit."), columns, 2);
        foreach (string line in ResultFile.Lines(columns, [])) Console.WriteLine(line);
        foreach (string name in arguments.List("--only", ["W1"]))
        {
            double load = Place.Load;
            using var files = name == "W1" ? new StartFiles() : null;
            List<(string Name, Func<(double Seconds, double Peak)?> Once, string Missing)> programs =
            [
                ("ours", () => Once(new ProcessStartInfo(Environment.ProcessPath!, ["first-steps", name])), "It did not run."),
                (Peer.Torch.Title, () => Once(new ProcessStartInfo(Place.Python, [Place.Peer("torch_bench.py"), "--workload", name, "--batch", $"{Batch}", "--threads", $"{Environment.ProcessorCount}", "--first-steps"])), $"It did not run. {Peer.Torch.Install}"),
            ];
            if (files is not null)
            {
                programs.Add(("`train`, first", () => Train(files, again: false), "The tool did not run: build the whole solution."));
                programs.Add(("`train`, again", () => Train(files, again: true), "The tool did not run: build the whole solution."));
            }
            if (arguments.Has("--tool")) programs.RemoveRange(0, 2);
            var measured = programs.Select(_ => new List<(double Seconds, double Peak)>()).ToArray();
            for (int run = 0; run < runs; run++)
            {
                for (int p = 0; p < programs.Count; p++)
                {
                    if (programs[p].Once() is { } result) measured[p].Add(result);
                    else if (run == 0) Console.Error.WriteLine($"{programs[p].Name} is left out. {programs[p].Missing}");
                }
            }
            for (int p = 0; p < programs.Count; p++)
            {
                if (measured[p].Count == 0) continue;
                double peak = measured[p].Max(m => m.Peak);
                string[] row =
                [
                    name, programs[p].Name, Number(measured[p].Min(m => m.Seconds), "0.000"), Number(Statistics.Median(measured[p].Select(m => m.Seconds)), "0.000"),
                    double.IsNaN(peak) ? "–" : Number(peak, "0"), Number(load, "0.0"), Place.Today,
                ];
                Console.WriteLine(ResultFile.Line(row));
                if (arguments.Has("--write")) file.Put(row);
            }
        }
        return 0;
    }

    // The program writes one line, its peak memory, when the second step is done.
    private static (double Seconds, double Peak)? Once(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        long begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        string? line = process.StandardOutput.ReadLine();
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        process.WaitForExit();
        return line is not null && process.ExitCode == 0 ? (seconds, double.Parse(line, CultureInfo.InvariantCulture)) : null;
    }

    // The tool answers at the end and names the moment of the second step; both processes read one clock.
    private static (double Seconds, double Peak)? Train(StartFiles files, bool again)
    {
        if (!File.Exists(Place.Tool)) return null;
        if (!again && Directory.Exists(files.Cache)) Directory.Delete(files.Cache, recursive: true);
        var start = new ProcessStartInfo("dotnet", [Place.Tool, "train", files.Config, "--runs", files.Runs, "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["EQUIPOISE_CACHE"] = files.Cache;
        var begin = DateTime.UtcNow;
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) return null;
        string at = (string)JsonNode.Parse(answer)!["result"]!["second_step"]!["at"]!;
        return ((DateTime.Parse(at, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) - begin).TotalSeconds, double.NaN);
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
