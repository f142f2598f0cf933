using System.Diagnostics;
using System.Globalization;
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
        var file = new ResultFile(Place.Result("start.md"), "From the start of a process to its second step",
            $"Seconds until a new process has built the network and its data and trained two steps of {Batch} rows, of {runs} runs in turn; and the most memory it held. Goals for ours in W1: 0.5 s must be reached, 0.25 is ambitious, 0.15 near the limit.", columns, 2);
        foreach (string line in ResultFile.Lines(columns, [])) Console.WriteLine(line);
        foreach (string name in arguments.List("--only", ["W1"]))
        {
            double load = Place.Load;
            (string Name, ProcessStartInfo Start)[] programs =
            [
                ("ours", new ProcessStartInfo(Environment.ProcessPath!, ["first-steps", name])),
                (Peer.Torch.Title, new ProcessStartInfo(Place.Python, [Place.Peer("torch_bench.py"), "--workload", name, "--batch", $"{Batch}", "--threads", $"{Environment.ProcessorCount}", "--first-steps"])),
            ];
            var measured = programs.Select(_ => new List<(double Seconds, double Peak)>()).ToArray();
            for (int run = 0; run < runs; run++)
            {
                for (int p = 0; p < programs.Length; p++)
                {
                    if (Once(programs[p].Start) is { } result) measured[p].Add(result);
                    else if (run == 0) Console.Error.WriteLine($"{programs[p].Name} is left out: it did not run. {Peer.Torch.Install}");
                }
            }
            for (int p = 0; p < programs.Length; p++)
            {
                if (measured[p].Count == 0) continue;
                string[] row =
                [
                    name, programs[p].Name, Number(measured[p].Min(m => m.Seconds), "0.000"), Number(Statistics.Median(measured[p].Select(m => m.Seconds)), "0.000"),
                    Number(measured[p].Max(m => m.Peak), "0"), Number(load, "0.0"), Place.Today,
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

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
