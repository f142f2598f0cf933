using System.Globalization;
using System.Text;

namespace Equipoise.Benchmarks;

/// <summary>Runs our workloads and PyTorch's in turn, slice by slice, and prints medians and the median of the ratios.</summary>
internal static class Comparison
{
    private static readonly Dictionary<string, string> _peerEnvironment = new() { ["OMP_WAIT_POLICY"] = "ACTIVE" };

    public static int Run(string[] args)
    {
        string[] names = List(args, "--only") ?? [.. Workload.Names];
        int[] batches = List(args, "--batches")?.Select(b => int.Parse(b, CultureInfo.InvariantCulture)).ToArray() ?? [32, 256];
        int slices = int.Parse(List(args, "--slices")?[0] ?? "9", CultureInfo.InvariantCulture);
        double milliseconds = double.Parse(List(args, "--ms")?[0] ?? "200", CultureInfo.InvariantCulture);
        var table = new StringBuilder();
        Write(table, "| workload | batch | PyTorch 1 thread, ms | PyTorch 2, ms | ours 1, ms | ours 2, ms | ratio 1:1 | ratio best:best |");
        Write(table, "|---|---|---|---|---|---|---|---|");
        foreach (string name in names)
        {
            foreach (int batch in batches) Write(table, Row(name, batch, slices, milliseconds));
        }
        if (args.Contains("--write"))
        {
            string file = Path.Combine("bench", "results", "compare.md");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, $"# Whole training steps beside PyTorch\n\n{Describe()}\n\n{table}");
        }
        return 0;
    }

    private static string Row(string name, int batch, int slices, double milliseconds)
    {
        string own = Environment.ProcessPath!;
        string peer = Path.Combine("bench", "peers", "torch_bench.py");
        var competitors = new List<Competitor?>();
        try
        {
            foreach (int threads in (int[])[1, 2])
            {
                competitors.Add(Competitor.Start("/usr/bin/python3", [peer, "--workload", name, "--batch", $"{batch}", "--threads", $"{threads}", "--serve"], _peerEnvironment, out string problem));
                if (competitors[^1] is null) Console.Error.WriteLine($"PyTorch is left out ({problem}). To have it: apt-get install python3-torch python3-scipy libopenblas0-openmp");
            }
            foreach (int threads in (int[])[1, 2])
            {
                competitors.Add(Competitor.Start(own, ["serve", name, "--batch", $"{batch}", "--threads", $"{threads}"], new Dictionary<string, string>(), out string problem)
                    ?? throw new InvalidOperationException(problem));
            }
            var times = new List<double[]>();
            for (int slice = 0; slice <= slices; slice++)
            {
                double[] row = [.. competitors.Select(c => c?.Run(milliseconds) ?? double.NaN)];
                if (slice > 0) times.Add(row);                 // the first one warms up
            }
            double[] medians = [.. Enumerable.Range(0, 4).Select(i => Median(times.Select(t => t[i])))];
            double single = Median(times.Select(t => t[0] / t[2]));
            double best = Median(times.Select(t => Math.Min(t[0], t[1]) / Math.Min(t[2], t[3])));
            return string.Create(CultureInfo.InvariantCulture, $"| {name} | {batch} | {medians[0]:F3} | {medians[1]:F3} | {medians[2]:F3} | {medians[3]:F3} | {single:F1} | {best:F1} |");
        }
        finally
        {
            foreach (var competitor in competitors) competitor?.Dispose();
        }
    }

    private static string Describe()
        => string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} processors, .NET {Environment.Version}. Medians of the slices' median step; ratios are formed slice by slice. A step of ours is all that `Fit` does.");

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(v => !double.IsNaN(v)).Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }

    private static string[]? List(string[] args, string name)
    {
        int at = Array.IndexOf(args, name);
        return at < 0 ? null : args[at + 1].Split(',');
    }

    private static void Write(StringBuilder table, string line)
    {
        Console.WriteLine(line);
        table.Append(line).Append('\n');
    }
}
