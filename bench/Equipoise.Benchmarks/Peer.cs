namespace Equipoise.Benchmarks;

/// <summary>Another library that trains the same workloads, through a script in <c>bench/peers</c>.</summary>
/// <param name="Name">How it is called on the command line.</param>
/// <param name="Title">How it is called in tables.</param>
/// <param name="Install">How to have it.</param>
/// <param name="Workloads">Which workloads it can train.</param>
/// <param name="Program">What to start for a workload, a batch size and a number of threads.</param>
/// <param name="Remark">What to know when reading its table.</param>
internal sealed record Peer(string Name, string Title, string Install, IReadOnlyList<string> Workloads, Func<string, int, int, (string File, string[] Arguments)> Program, string Remark)
{
    private static readonly Dictionary<string, string> _environment = new() { ["OMP_WAIT_POLICY"] = "ACTIVE" };

    public static Peer Torch { get; } = new("torch", "PyTorch", Competitor.HowToInstallTorch, Workload.Names,
        (workload, batch, threads) => (Place.Python, [Place.Peer("torch_bench.py"), "--workload", workload, "--batch", $"{batch}", "--threads", $"{threads}", "--serve"]),
        "PyTorch at its best on this machine: OpenMP build of OpenBLAS with the kernels of this processor, waiting threads spin, multi-tensor optimizer where it is faster, all experts of W4 in one product.");

    public static IReadOnlyList<Peer> All { get; } =
    [
        Torch,
        new("tfjs", "TensorFlow.js", "To have it: npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm, and set TFJS_ROOT to the folder where that was done.", ["W1"],
            (workload, batch, threads) => ("node", [Place.Peer("tfjs_bench.mjs"), "--workload", workload, "--batch", $"{batch}", "--threads", $"{threads}", "--backend", "wasm", "--serve"]),
            "Its wasm backend trains W1 alone: it has no gradient of embeddings and convolutions."),
        new("sklearn", "scikit-learn", "To have it: apt-get install python3-sklearn.", ["W1"],
            (_, batch, threads) => (Place.Python, [Place.Peer("sklearn_bench.py"), "--kind", "reg", "--batch", $"{batch}", "--threads", $"{threads}", "--serve"]),
            "It knows no network with several kinds of outputs: it trains the trunk of W1 with one number as its output, while ours trains all five outputs."),
    ];

    /// <summary>Starts it; null, with a line on the error stream, if it cannot run here.</summary>
    public Competitor? Start(string workload, int batch, int threads, params IEnumerable<string> more)
    {
        var (file, arguments) = Program(workload, batch, threads);
        var competitor = Competitor.Start(file, [.. arguments, .. more], _environment, out string problem);
        if (competitor is null) Console.Error.WriteLine($"{Title} is left out: {problem} {Install}");
        return competitor;
    }
}
