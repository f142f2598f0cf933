using System.Globalization;

namespace Equipoise.Benchmarks;

/// <summary>Runs our workloads and a peer's in turn, slice by slice: medians, and the median of the ratios.</summary>
/// <remarks>
/// All four programs (both sides with 1 and 2 threads) stay alive and take turns in short slices; who waits is stopped. So a slow phase of the machine hits all of them, and ratios formed slice by slice stay true.
/// </remarks>
internal static class Comparison
{
    private const string Missing = "–";

    public static int Run(Arguments arguments)
    {
        string peerName = arguments.Text("--peer") ?? Peer.Torch.Name;
        var peer = Peer.All.FirstOrDefault(p => p.Name == peerName) ?? throw new ArgumentException($"There is no peer '{peerName}'. Known: {string.Join(", ", Peer.All.Select(p => p.Name))}.", nameof(arguments));
        int slices = arguments.Number("--slices", 9), milliseconds = arguments.Number("--ms", 200);
        string[] columns =
        [
            "workload", "batch", $"{peer.Title} 1 thread, ms", "2 threads, ms", "ours 1 thread, ms", "2 threads, ms", "ours 2 over 1", "ratio 1 to 1", "ratio best to best", "of the fastest steps",
            .. peer == Peer.Torch ? (string[])["must", "ambitious", "moonshot"] : [], "slices", "load before", "date",
        ];
        var file = new ResultFile(Place.Result(peer == Peer.Torch ? "compare.md" : $"compare-{peer.Name}.md"), $"Whole training steps beside {peer.Title}",
            "Milliseconds of a step (forward, losses, backward, update; ours with the ledger and the gathering of the batch): median of the slices' median. Ratios are the peer's time divided by ours, formed slice by slice, then the median; "
            + $"\"best\" takes the faster number of threads on each side. \"Of the fastest steps\" compares the single fastest step of each side, which other programs disturbed least. \"load\" is how many threads of other programs wanted to run: above 1 the figures for 2 threads are worth little. A goal is followed by how much of it is reached. {peer.Remark}", columns, 2);
        foreach (string line in ResultFile.Lines(columns, [])) Console.WriteLine(line);
        foreach (string name in arguments.List("--only", peer.Workloads))
        {
            foreach (int batch in arguments.Numbers("--batches", name == "W1" ? [32, 256, 1024] : [32, 256]))
            {
                if (arguments.Has("--missing") && file.Has(name, $"{batch}")) continue;
                string[] row = Row(peer, name, batch, slices, milliseconds, file);
                Console.WriteLine(ResultFile.Line(row));
                if (arguments.Has("--write")) file.Put(row);
            }
        }
        return 0;
    }

    private static string[] Row(Peer peer, string name, int batch, int slices, int milliseconds, ResultFile file)
    {
        int[] threads = [1, 2];
        double load = Place.Load;
        var competitors = new List<Competitor?>();
        try
        {
            foreach (int count in threads) competitors.Add(peer.Start(name, batch, count));
            foreach (int count in threads)
            {
                competitors.Add(Competitor.Start(Environment.ProcessPath!, ["serve", name, "--batch", $"{batch}", "--threads", $"{count}"], new Dictionary<string, string>(), out string problem)
                    ?? throw new InvalidOperationException($"Our side did not start: {problem}"));
            }
            var times = new List<double[]>();
            double[] fastest = new double[competitors.Count];
            Array.Fill(fastest, double.PositiveInfinity);
            for (int slice = 0; slice <= slices; slice++)
            {
                (double Median, double Fastest)[] row = [.. competitors.Select(c => c?.Run(milliseconds) ?? (double.NaN, double.NaN))];
                if (slice == 0) continue;                      // it warms up
                times.Add([.. row.Select(r => r.Median)]);
                for (int i = 0; i < row.Length; i++) fastest[i] = Math.Min(fastest[i], row[i].Fastest);
            }
            if (competitors[0] is { Version: { } version }) file.Peers = version;
            double[] medians = [.. Enumerable.Range(0, 4).Select(i => Statistics.Median(times.Select(t => t[i])))];
            double best = Statistics.Median(times.Select(t => Least(t[0], t[1]) / Least(t[2], t[3])));
            var goal = Goal.Of(name, batch);
            return
            [
                name, $"{batch}", .. medians.Select(m => Number(m, "0.000")), Number(Statistics.Median(times.Select(t => t[2] / t[3])), "0.00"),
                Number(Statistics.Median(times.Select(t => t[0] / t[2])), "0.0"), Number(best, "0.0"), Number(Least(fastest[0], fastest[1]) / Least(fastest[2], fastest[3]), "0.0"),
                .. peer == Peer.Torch ? (string[])[Goals(goal?.Must, best), Goals(goal?.Ambitious, best), Goals(goal?.Moonshot, best)] : [],
                $"{slices} of {milliseconds} ms", Number(load, "0.0"), Place.Today,
            ];
        }
        finally
        {
            foreach (var competitor in competitors) competitor?.Dispose();
        }
    }

    private static string Goals(double? goal, double reached) => goal is { } value ? Goal.Distance(value, reached) : Missing;

    // Of two times; one that is not there does not count.
    private static double Least(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : Math.Min(a, b);

    private static string Number(double value, string format) => double.IsNaN(value) ? Missing : value.ToString(format, CultureInfo.InvariantCulture);
}
