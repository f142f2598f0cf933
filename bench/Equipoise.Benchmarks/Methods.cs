using System.Globalization;
using Equipoise.Balancing;

namespace Equipoise.Benchmarks;

/// <summary>What it costs to weigh the outputs' losses by their gradients: beside our own training with equal weights, and beside what there is in PyTorch.</summary>
/// <remarks>The peers are a script of our own that is the quickest we could write (one backward pass for all heads, then one of the trunk for each output), LibMTL, and TorchJD; the last two if their sources are at hand.</remarks>
internal static class Methods
{
    private const string Missing = "–";
    private static readonly (string Ours, string Theirs)[] _methods =
    [
        ("equal", "ew"), ("uncertainty", "uw"), ("grad_norm", "gradnorm"), ("pcgrad", "pcgrad"), ("mgda", "mgda"), ("cagrad", "cagrad"), ("nash", "nash"), ("aligned_mtl", "aligned"), ("upgrad", "upgrad"),
    ];

    private static readonly (string Title, string Implementation, string? Variable)[] _peers = [("PyTorch", "torch", null), ("LibMTL", "libmtl", "LIBMTL_PATH"), ("TorchJD", "torchjd", "TORCHJD_PATH")];

    public static int Run(Arguments arguments)
    {
        int slices = arguments.Number("--slices", 9), milliseconds = arguments.Number("--ms", 200);
        string[] columns = ["workload", "batch", "method", "ours, equal weights, ms", "ours, ms", "cost over equal", .. _peers.SelectMany(p => (string[])[$"{p.Title}, ms", "ratio"]), "load before", "date"];
        var file = new ResultFile(Place.Result("methods.md"), "What weighing by gradients costs",
            "Milliseconds of a step, one thread, median of the slices' median; ratios are formed slice by slice (the peer's time divided by ours), then the median. Goals of upgrad in W1: the cost over equal weights at most 2.3 for a batch of 32 and 3.8 for 256 "
            + "(ambitious 1.7, 3.3), 15 and 6 times as fast as LibMTL (ambitious 28, 10), 12 and 5 times as fast as TorchJD (23, 8). LibMTL and TorchJD are measured where LIBMTL_PATH and TORCHJD_PATH name the folders of their sources.", columns, 3);
        foreach (string line in ResultFile.Lines(columns, [])) Console.WriteLine(line);
        foreach (string workload in arguments.List("--only", ["W1"]))
        {
            foreach (int batch in arguments.Numbers("--batches", [32, 256]))
            {
                foreach (string method in arguments.List("--methods", [.. _methods.Select(m => m.Ours)]))
                {
                    if (arguments.Has("--missing") && file.Has(workload, $"{batch}", method)) continue;
                    if (Row(workload, batch, method, slices, milliseconds, file) is not { } row) continue;
                    Console.WriteLine(ResultFile.Line(row));
                    if (arguments.Has("--write")) file.Put(row);
                }
            }
        }
        return 0;
    }

    private static string[]? Row(string workload, int batch, string method, int slices, int milliseconds, ResultFile file)
    {
        string theirs = _methods.FirstOrDefault(m => m.Ours == method).Theirs ?? throw new ArgumentException($"No peer has the method '{method}'. Known: {string.Join(", ", _methods.Select(m => m.Ours))}.", nameof(method));
        double load = Place.Load;
        var competitors = new List<Competitor?>();
        try
        {
            foreach (string balancer in (string[])["equal", method])
            {
                competitors.Add(Competitor.Start(Environment.ProcessPath!, ["serve", workload, "--batch", $"{batch}", "--balancer", balancer], new Dictionary<string, string>(), out string problem));
                if (competitors[^1] is null)
                {
                    Console.Error.WriteLine($"'{balancer}' does not run in {workload}: {problem}");
                    return null;
                }
            }
            foreach (var (title, implementation, variable) in _peers)
            {
                bool there = variable is null || Environment.GetEnvironmentVariable(variable) is not null;
                competitors.Add(there ? Peer.Torch.Start(workload, batch, 1, "--method", theirs, "--impl", implementation) : null);
            }
            var times = new List<double[]>();
            for (int slice = 0; slice <= slices; slice++)
            {
                double[] row = [.. competitors.Select(c => c?.Run(milliseconds).Median ?? double.NaN)];
                if (slice > 0) times.Add(row);                 // the first one warms up
            }
            if (competitors[2] is { Version: { } version }) file.Peers = version;
            double Median(Func<double[], double> figure) => Statistics.Median(times.Select(figure));
            return
            [
                workload, $"{batch}", method, Number(Median(t => t[0]), "0.000"), Number(Median(t => t[1]), "0.000"), Number(Median(t => t[1] / t[0]), "0.00"),
                .. Enumerable.Range(2, _peers.Length).SelectMany(p => (string[])[Number(Median(t => t[p]), "0.000"), Number(Median(t => t[p] / t[1]), "0.0")]),
                Number(load, "0.0"), Place.Today,
            ];
        }
        finally
        {
            foreach (var competitor in competitors) competitor?.Dispose();
        }
    }

    /// <summary>A balancer by its name, with its usual settings.</summary>
    public static BalancerSettings Balancer(string name) => BalancerCatalog.Catalog.Find(name).Default;

    private static string Number(double value, string format) => double.IsNaN(value) ? Missing : value.ToString(format, CultureInfo.InvariantCulture);
}
