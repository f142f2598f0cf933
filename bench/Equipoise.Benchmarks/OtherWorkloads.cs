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
/// E3: tokens, attention of four heads added to its input; labels without places (connectionist temporal classification), and classes; Adam with each number of the gradient clipped.
/// E4: transposed and depthwise convolution, group normalisation, SiLU, pooling of the largest; a distribution under the divergence of Kullback and Leibler, and a number; Adagrad.
/// </remarks>
internal static class OtherWorkloads
{
    public static IReadOnlyList<string> Names { get; } = ["E1", "E2", "E3", "E4"];

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

    public static Workload Attentive(int batch, int batches)
    {
        const int Length = 12, Words = 40, Labels = 4, Classes = 7;
        int rows = batch * batches;
        var random = new Random(2);
        static Model Build()
        {
            var text = Input.Tokens("text", Length, Words);
            var words = text.Embedding(16).Named("embedding");
            var features = new Add().Apply(words, new MultiHeadAttention(4, 4).Apply(words).Named("attention")).LayerNormalization().Named("row_norm");
            return new Model([text], [features.Dense(Classes).Named("spelling"), features.GlobalAveragePooling1D().Dense(3).Named("kind")]);
        }
        // Labels from 1 on; the blank, 0, fills up what is shorter.
        float[] spelling = new float[rows * Labels];
        for (int row = 0; row < rows; row++)
        {
            int length = 1 + random.Next(Labels);
            for (int i = 0; i < length; i++) spelling[(row * Labels) + i] = 1 + random.Next(Classes - 1);
        }
        return new Workload("E3", batch, Build, new Adam(1e-3) { ClipValue = 0.01 },
            new() { ["spelling"] = new(new Ctc()), ["kind"] = new(new SparseCategoricalCrossentropy(FromLogits: true)) },
            new Dataset(
                new Dictionary<string, InputColumn> { ["text"] = new IndicesColumn([.. Enumerable.Range(0, rows * Length).Select(_ => random.Next(Words))], Length) },
                new Dictionary<string, TargetColumn> { ["spelling"] = new(spelling, [Labels]), ["kind"] = new(Workload.Numbers(rows, () => random.Next(3))) }));
    }

    public static Workload Upsampled(int batch, int batches)
    {
        const int Classes = 4;
        int rows = batch * batches;
        var random = new Random(2);
        static Model Build()
        {
            var image = Input.Numbers("image", 8, 8, 2);
            var features = image.Conv2DTranspose(8, 4, 2).Named("enlarge").GroupNormalization(2).Named("group_norm").Silu().DepthwiseConv2D(3).Named("depthwise").GlobalMaxPooling2D();
            return new Model([image], [features.Dense(Classes, new Softmax()).Named("mixture"), features.Dense(1).Named("size")]);
        }
        float[] mixture = Workload.Numbers(rows * Classes, () => 0.1 + random.NextDouble());
        for (int row = 0; row < rows; row++)
        {
            float sum = 0;
            for (int i = 0; i < Classes; i++) sum += mixture[(row * Classes) + i];
            for (int i = 0; i < Classes; i++) mixture[(row * Classes) + i] /= sum;
        }
        return new Workload("E4", batch, Build, new Adagrad(0.01),
            new() { ["mixture"] = new(new KLDivergence()), ["size"] = new(new MeanSquaredError()) },
            new Dataset(
                new Dictionary<string, InputColumn> { ["image"] = new NumbersColumn(Workload.Numbers(rows * 8 * 8 * 2, () => Workload.Normal(random)), 8, 8, 2) },
                new Dictionary<string, TargetColumn> { ["mixture"] = new(mixture, [Classes]), ["size"] = new(Workload.Numbers(rows, () => Workload.Normal(random))) }));
    }
}
