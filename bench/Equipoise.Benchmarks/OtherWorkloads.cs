using Equipoise.Activations;
using Equipoise.Data;
using Equipoise.Engine.Operations;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>Small networks of layers, losses and optimizers that the timed workloads do not have. Only their losses are compared with the peer's, from equal weights.</summary>
/// <remarks>
/// E1: convolution with padding, batch normalisation, mean pooling, layer normalisation, exact GELU; a number with missing labels under Huber loss, and classes; AdamW with all gradients clipped together.
/// E2: tokens, a bidirectional GRU, tanh; yes or no, and a number under mean absolute error; momentum after Nesterov.
/// </remarks>
internal static class OtherWorkloads
{
    public static IReadOnlyList<string> Names { get; } = ["E1", "E2"];

    public static Workload Normalized(int batch, int batches)
    {
        int rows = batch * batches;
        var random = new Random(2);
        static Model Build()
        {
            var image = Input.Numbers("image", 12, 12, 3);
            var features = image.Conv2D(8, 3, padding: WindowPadding.Same).Named("conv").BatchNormalization().Named("batch_norm").Relu().AveragePooling2D(2)
                .Flatten().Dense(32).Named("dense").LayerNormalization().Named("row_norm").Gelu();
            return new Model([image], [features.Dense(1).Named("size"), features.Dense(5).Named("kind")]);
        }
        return new Workload("E1", batch, Build, new AdamW(1e-3) { GlobalClipNorm = 1 },
            new() { ["size"] = new(new Huber()), ["kind"] = new(new SparseCategoricalCrossentropy(FromLogits: true)) },
            new Dataset(
                new Dictionary<string, InputColumn> { ["image"] = new NumbersColumn(Workload.Numbers(rows * 12 * 12 * 3, () => Workload.Normal(random)), 12, 12, 3) },
                new Dictionary<string, TargetColumn>
                {
                    ["size"] = new(Workload.Numbers(rows, () => random.Next(3) == 0 ? double.NaN : 2 * Workload.Normal(random))),
                    ["kind"] = new(Workload.Numbers(rows, () => random.Next(5))),
                }));
    }

    public static Workload Recurrent(int batch, int batches)
    {
        const int Length = 12, Words = 50;
        int rows = batch * batches;
        var random = new Random(2);
        static Model Build()
        {
            var text = Input.Tokens("text", Length, Words);
            var features = text.Embedding(16).Named("embedding").Bidirectional(new Layers.Gru(24)).Named("walks").Dense(16, new Tanh()).Named("mix");
            return new Model([text], [features.Dense(1).Named("yes"), features.Dense(1).Named("level")]);
        }
        return new Workload("E2", batch, Build, new Sgd(0.05, Momentum: 0.9, Nesterov: true),
            new() { ["yes"] = new(new BinaryCrossentropy(FromLogits: true)), ["level"] = new(new MeanAbsoluteError()) },
            new Dataset(
                new Dictionary<string, InputColumn> { ["text"] = new IndicesColumn([.. Enumerable.Range(0, rows * Length).Select(_ => random.Next(Words))], Length) },
                new Dictionary<string, TargetColumn>
                {
                    ["yes"] = new(Workload.Numbers(rows, () => random.Next(2))),
                    ["level"] = new(Workload.Numbers(rows, () => Workload.Normal(random))),
                }));
    }
}
