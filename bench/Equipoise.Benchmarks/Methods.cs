using System.Globalization;
using Equipoise.Balancing;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>What it costs to weigh the outputs' losses by their gradients: beside our own training with equal weights, and beside what there is in PyTorch.</summary>
/// <remarks>
/// The peers are two scripts of our own, the quickest we could write (one backward pass for all heads, then one of the trunk for each output) and what the public packages do (the whole graph is kept, and
/// walked once for each output), and those packages, LibMTL and TorchJD, if their sources are at hand.
/// </remarks>
internal static class Methods
{
    private const string Missing = "–", AllShared = "all_shared";
    private const BalancerNeeds OfGradients = BalancerNeeds.Gramian | BalancerNeeds.CrossGramian | BalancerNeeds.Gradients;

    // What a peer calls them.
    private static readonly Dictionary<string, string> _theirs = new()
    {
        ["equal"] = "ew", ["uncertainty"] = "uw", ["grad_norm"] = "gradnorm", ["pcgrad"] = "pcgrad", ["mgda"] = "mgda", ["cagrad"] = "cagrad", ["nash"] = "nash", ["aligned_mtl"] = "aligned", ["upgrad"] = "upgrad",
    };

    private static readonly (string Title, string Implementation, string? Variable)[] _peers = [("PyTorch", "torch", null), ("K passes", "retained", null), ("LibMTL", "libmtl", "LIBMTL_PATH"), ("TorchJD", "torchjd", "TORCHJD_PATH")];

    /// <summary>Equal weights, learned ones, and all methods that look at gradients.</summary>
    public static IReadOnlyList<string> Names { get; } = ["equal", "uncertainty", .. BalancerCatalog.Catalog.Entries.Where(e => (e.Default.Needs & OfGradients) != 0).Select(e => e.Name)];

    public static int Run(Arguments arguments)
    {
        string[] columns = ["workload", "batch", "outputs", "method", "scope", "threads", "ours, equal weights, ms", "ours, ms", "cost over equal", .. _peers.SelectMany(p => (string[])[$"{p.Title}, ms", "ratio"]), "load before", "date"];
        var file = new ResultFile(Place.Result("methods.md"), "What weighing by gradients costs",
            "Milliseconds of a step, median of the slices' median; ratios are formed slice by slice (the peer's time divided by ours), then the median. Goals of upgrad in W1 with five outputs: the cost over equal weights at most 2.3 for a batch of 32 and 3.8 for 256 "
            + "(ambitious 1.7, 3.3), and at most 3.5 (2.9) in W5; for the better of one and two threads on either side, 15 and 6 times as fast as LibMTL (ambitious 28, 10), 12 and 5 times as fast as TorchJD (23, 8). Scope shared_features with five and 20 outputs: at most 1.3 and 2.0 over equal weights (ambitious 1.15, 1.6). PyTorch: the quickest form we could write; K passes: a form of ours that does what LibMTL and TorchJD do, a walk through the whole kept graph for each output. "
            + "LibMTL and TorchJD are measured where LIBMTL_PATH and TORCHJD_PATH name the folders of their sources; what they took at another time is in peer-ratios.md.", columns, 6);
        string[] methods = arguments.List("--methods", Names);
        foreach (string method in methods) BalancerCatalog.Catalog.Find(method);
        string[] peers = arguments.List("--peers", [.. _peers.Select(p => p.Implementation)]);
        foreach (string line in ResultFile.Lines(columns, [])) Console.WriteLine(line);
        foreach (string workload in arguments.List("--only", ["W1"]))
        {
            foreach (int batch in arguments.Numbers("--batches", [32, 256]))
            {
                foreach (int outputs in arguments.Numbers("--outputs", [Workload.UsualOutputs(workload)]))
                {
                    foreach (int threads in arguments.Numbers("--threads", [1]))
                    {
                        foreach (string scope in arguments.List("--scopes", [AllShared]))
                        {
                            string[] wanted = [.. methods.Where(m => !arguments.Has("--missing") || !file.Has(workload, $"{batch}", $"{outputs}", m, scope, $"{threads}"))];
                            if (wanted.Length > 0) Measure(new Case(workload, batch, outputs, scope, threads), wanted, scope == AllShared ? peers : [], arguments.Number("--slices", 9), arguments.Number("--ms", 200), row =>
                            {
                                Console.WriteLine(ResultFile.Line(row));
                                if (arguments.Has("--write")) file.Put(row);
                            }, file);
                        }
                    }
                }
            }
        }
        return 0;
    }

    private readonly record struct Case(string Workload, int Batch, int Outputs, string Scope, int Threads);

    // Equal weights stay alive for all methods; each method and its peers take turns with them.
    private static void Measure(Case at, string[] methods, string[] peers, int slices, int milliseconds, Action<string[]> put, ResultFile file)
    {
        using var equal = StartOurs(at, "equal");
        if (equal is null) return;
        foreach (string method in methods)
        {
            double load = Place.Load;
            var competitors = new List<Competitor?>();
            try
            {
                if (StartOurs(at, method) is not { } ours) continue;
                competitors.Add(equal);
                competitors.Add(ours);
                foreach (var (_, implementation, variable) in _peers)
                {
                    bool there = peers.Contains(implementation) && _theirs.ContainsKey(method) && (variable is null || Environment.GetEnvironmentVariable(variable) is not null) && !(implementation == "retained" && method is "equal" or "uncertainty");
                    competitors.Add(there ? Peer.Torch.Start(at.Workload, at.Batch, at.Threads, "--tasks", $"{at.Outputs}", "--method", _theirs[method], "--impl", implementation) : null);
                }
                var times = new List<double[]>();
                for (int slice = 0; slice <= slices; slice++)
                {
                    double[] row = [.. competitors.Select(c => c?.Run(milliseconds).Median ?? double.NaN)];
                    if (slice > 0) times.Add(row);             // the first one warms up
                }
                if (competitors.Skip(2).FirstOrDefault(c => c?.Version is not null) is { Version: { } version }) file.Peers = version;
                double Median(Func<double[], double> figure) => Statistics.Median(times.Select(figure));
                put([
                    at.Workload, $"{at.Batch}", $"{at.Outputs}", method, at.Scope, $"{at.Threads}", Number(Median(t => t[0]), "0.000"), Number(Median(t => t[1]), "0.000"), Number(Median(t => t[1] / t[0]), "0.00"),
                    .. Enumerable.Range(2, _peers.Length).SelectMany(p => (string[])[Number(Median(t => t[p]), "0.000"), Number(Median(t => t[p] / t[1]), "0.0")]),
                    Number(load, "0.0"), Place.Today,
                ]);
            }
            finally
            {
                foreach (var competitor in competitors.Skip(1)) competitor?.Dispose();
            }
        }
    }

    private static Competitor? StartOurs(Case at, string method)
    {
        var ours = Competitor.Start(Environment.ProcessPath!, [.. OwnProgram, "serve", at.Workload, "--batch", $"{at.Batch}", "--outputs", $"{at.Outputs}", "--balancer", method, "--scope", at.Scope, "--threads", $"{at.Threads}"], new Dictionary<string, string>(), out string problem);
        if (ours is null) Console.Error.WriteLine($"'{method}' does not run in {at.Workload} with {at.Outputs} outputs: {problem}");
        return ours;
    }

    // Nothing if this is a program by itself, else what `dotnet` is to run.
    private static string[] OwnProgram => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];

    /// <summary>A balancer by its name, with its usual settings.</summary>
    public static BalancerSettings Balancer(string name) => BalancerCatalog.Catalog.Find(name).Default;

    /// <summary>Of which shared parameters gradients are compared, by the name that configs use; all if there is none.</summary>
    public static GradientView Scope(string? name) => name switch
    {
        null or AllShared => GradientView.AllShared,
        "last_shared" => GradientView.LastShared,
        "shared_features" => GradientView.SharedFeatures,
        _ => throw new ArgumentException($"There is no scope '{name}'. Known: all_shared, last_shared, shared_features."),
    };

    private static string Number(double value, string format) => double.IsNaN(value) ? Missing : value.ToString(format, CultureInfo.InvariantCulture);
}
