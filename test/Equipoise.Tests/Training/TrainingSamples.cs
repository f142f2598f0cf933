using Equipoise.Activations;
using Equipoise.Data;
using Equipoise.Engine.Randomness;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Metrics;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Regularizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Small models of every kind with two outputs, a number and a class, and data with missing labels.</summary>
internal static class TrainingSamples
{
    public const int Rows = 53;
    private const int Length = 6, Features = 3, Vocabulary = 20;

    public static string[] Names { get; } = ["dense", "penalised", "convolution", "recurrent", "bidirectional", "normalised", "dropout", "embedding", "bag", "masked", "masked penalised", "shared", "experts"];

    /// <summary>Those whose training computes the same as an evaluation: nothing random, no statistics of the batch.</summary>
    public static string[] Plain { get; } = [.. Names.Except(["normalised", "dropout"])];

    public static Model Model(string name, ulong seed = 1)
    {
        var x = name switch
        {
            "embedding" => Input.Tokens("x", Length, Vocabulary),
            "bag" => Input.Bag("x", Vocabulary),
            _ => Input.Numbers("x", Length, Features),
        };
        var l2 = new L2(0.02);
        var features = name switch
        {
            "dense" => x.Flatten().Dense(48, new Tanh()).Dense(32, new Silu()),
            "penalised" => new Dense(40) { Activation = new Tanh(), KernelRegularizer = l2, BiasRegularizer = new L1(0.01), ActivityRegularizer = new L2(0.03) }.Apply(x.Flatten()),
            "convolution" => x.Conv1D(16, 3, new Tanh()).Flatten(),
            "recurrent" => x.Lstm(12),
            "bidirectional" => x.Bidirectional(new Gru(10) { ReturnSequences = true }).GlobalAveragePooling1D(),
            "normalised" => x.Flatten().Dense(32).BatchNormalization(0.9).Activate(new Relu()).Dense(16).BatchNormalization().Activate(new Tanh()),
            "dropout" => x.Flatten().Dense(48, new Tanh()).Dropout(0.4).Dense(20, new Tanh()).Dropout(0.2),
            "embedding" => x.Embedding(12, maskZero: true).Lstm(10),
            "bag" => x.BagOfTokens(40, new Tanh()),
            "masked" or "masked penalised" => x.Masking().Dense(30, new Tanh()),
            "shared" => Shared(x),
            "experts" => Experts(x),
            _ => throw new ArgumentException($"There is no sample '{name}'.", nameof(name)),
        };
        if (!name.StartsWith("masked", StringComparison.Ordinal)) return new Model([x], [features.Dense(1).Named("number"), features.Dense(3).Named("kind")], seed);
        // A number for every step, under a mask; the class from the mean of the steps that count.
        var steps = new Dense(1) { ActivityRegularizer = name == "masked penalised" ? new L2(0.5) : null, KernelRegularizer = l2 }.Apply(features);
        return new Model([x], [steps.Named("number"), features.GlobalAveragePooling1D().Dense(3).Named("kind")], seed);
    }

    public static Dataset Data(string name, int rows = Rows, ulong seed = 5)
    {
        var random = new RandomStream(seed);
        float Draw(string purpose, int i) => (float)((2 * random.Derive(purpose).Uniform((ulong)i)) - 1);
        bool masked = name.StartsWith("masked", StringComparison.Ordinal);
        int steps = masked ? Length : 1;
        float[] number = [.. Enumerable.Range(0, rows * steps).Select(i => i % 7 == 3 ? float.NaN : 2 * Draw("number", i))];
        int[] kind = [.. Enumerable.Range(0, rows).Select(i => i % 5 == 1 ? -1 : random.Derive("kind").Below((ulong)i, 3))];
        float[] weights = [.. Enumerable.Range(0, rows).Select(i => 0.5f + (i % 4 * 0.4f))];
        return new Dataset(
            new Dictionary<string, InputColumn> { ["x"] = Column(name, rows, random) },
            new Dictionary<string, TargetColumn> { ["number"] = new(number, masked ? [Length, 1] : [1], weights), ["kind"] = new(kind) },
            [.. Enumerable.Range(0, rows).Select(i => 1 + (i % 3 * 0.25f))]);
    }

    public static CompileOptions Options(int workers = 2, Optimizer? optimizer = null, double numberWeight = 0.7, ulong seed = 3) => new()
    {
        Optimizer = optimizer ?? new Adam(0.01) { GlobalClipNorm = 1 },
        Workers = workers,
        Seed = seed,
        Outputs =
        {
            ["number"] = new Output(new MeanSquaredError(), numberWeight) { Metrics = [new Mae(), new Rmse()], WeightedMetrics = [new Mae()] },
            ["kind"] = new Output(new SparseCategoricalCrossentropy(FromLogits: true)) { Metrics = [new CategoricalAccuracy(), new F1Score()] },
        },
    };

    private static Node Shared(Node x)
    {
        // One layer object on two halves of the input, and once more on its own result.
        var layer = new Dense(9) { Name = "twice", Activation = new Tanh(), KernelRegularizer = new L2(0.01) };
        var flat = x.Flatten();
        var left = layer.Apply(flat.Slice(0, 9));
        var right = layer.Apply(flat.Slice(9, 9));
        return Node.Concatenate(left, layer.Apply(right));
    }

    private static Node Experts(Node x)
    {
        // Several narrow layers on one node, two mixtures of the same vectors, and activations that nobody else looks behind.
        var flat = x.Flatten();
        var experts = flat.Dense(3 * 20, new Tanh()).Reshape(3, 20);
        return Node.Concatenate(experts.Mix(flat.Dense(3, new Softmax())).Dense(16, new Tanh()), experts.Mix(flat.Dense(3, new Softmax())).Dense(7, new Gelu()));
    }

    private static InputColumn Column(string name, int rows, RandomStream random)
    {
        var values = random.Derive("x");
        if (name == "embedding") return new IndicesColumn([.. Enumerable.Range(0, rows * Length).Select(i => i % Length > 2 + (i / Length % 4) ? 0 : values.Below((ulong)i, Vocabulary))], Length);
        if (name == "bag")
        {
            int[] counts = [.. Enumerable.Range(0, rows).Select(r => r % 6)];
            int[] offsets = [0, .. counts.Select((_, r) => counts.Take(r + 1).Sum())];
            return new BagColumn(offsets, [.. Enumerable.Range(0, offsets[^1]).Select(i => values.Below((ulong)i, Vocabulary))], [.. Enumerable.Range(0, offsets[^1]).Select(i => (float)values.Derive(1).Uniform((ulong)i))], Vocabulary);
        }
        // Trailing steps of some rows are zeros, which the masked samples leave out.
        return new NumbersColumn([.. Enumerable.Range(0, rows * Length * Features).Select(i => i / Features % Length > 1 + (i / (Features * Length) % 5) ? 0 : (float)((2 * values.Uniform((ulong)i)) - 1))], Length, Features);
    }
}
