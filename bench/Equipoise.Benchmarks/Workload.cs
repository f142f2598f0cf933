using Equipoise.Activations;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>One reference workload: a model, its options and made-up data of a given batch size. The same as in <c>bench/peers/torch_bench.py</c>: layers, widths, losses, optimizer; no metrics.</summary>
/// <remarks>
/// Layers that have weights are named, since <c>bench/peers/equal_weights.py</c> looks them up by name.
/// W1: table of 64 numbers, trunk 256-128, five heads (26 labels, three numbers, 8 classes). W2: two token inputs through embeddings and LSTMs, two heads.
/// W3: LeNet on 36 × 36 images, two heads of 10 classes. W4: mixture of 8 experts with 5 gates and towers. W5: trunk 1024-1024-512 on 512 numbers, the heads of W1.
/// </remarks>
internal sealed record Workload(string Name, int Batch, Func<Model> Build, Optimizer Optimizer, Dictionary<string, Output> Outputs, Dataset Data)
{
    private const int BatchesOfPeer = 8;

    public static IReadOnlyList<string> Names { get; } = ["W1", "W2", "W3", "W4", "W5"];

    /// <param name="name">One of <see cref="Names"/> or of <see cref="OtherWorkloads.Names"/>.</param>
    /// <param name="batch">Rows of a batch.</param>
    /// <param name="batches">How many batches of data are made; they are trained on again and again.</param>
    /// <param name="outputs">How many outputs; 0: as many as usual. Only W1, W3 and W5 can have another number: then their kinds come in turn, as in the peer.</param>
    public static Workload Of(string name, int batch, int batches = BatchesOfPeer, int outputs = 0) => outputs > 0 && outputs != UsualOutputs(name) && name is not ("W1" or "W3" or "W5")
        ? throw new ArgumentException($"{name} has {UsualOutputs(name)} outputs; W1, W3 and W5 can have any number.", nameof(outputs)) : name switch
    {
        "W1" => Table(name, batch, batches, 64, [256, 128], outputs),
        "W2" => Text(batch, batches),
        "W3" => Images(batch, batches, outputs),
        "W4" => Experts(batch, batches),
        "W5" => Table(name, batch, batches, 512, [1024, 1024, 512], outputs),
        "E1" => OtherWorkloads.Normalized(batch, batches),
        "E2" => OtherWorkloads.Recurrent(batch, batches),
        "E3" => OtherWorkloads.Attentive(batch, batches),
        "E4" => OtherWorkloads.Upsampled(batch, batches),
        _ => throw new ArgumentException($"There is no workload '{name}'. Known: {string.Join(", ", Names.Concat(OtherWorkloads.Names))}.", nameof(name)),
    };

    /// <summary>How many outputs a workload has unless told.</summary>
    public static int UsualOutputs(string name) => name is "W1" or "W4" or "W5" ? 5 : 2;

    private static Workload Table(string name, int batch, int batches, int width, int[] hidden, int tasks)
    {
        (string Name, int Width, Loss Loss)[] kinds =
        [
            ("tags", 26, new BinaryCrossentropy(FromLogits: true)), ("a", 1, new MeanSquaredError()), ("b", 1, new MeanSquaredError()), ("c", 1, new MeanSquaredError()), ("kind", 8, new SparseCategoricalCrossentropy(FromLogits: true)),
        ];
        int rows = batches * batch;
        var random = new Random(1);
        (string Name, int Width, Loss Loss)[] heads = [.. Enumerable.Range(0, tasks > 0 ? tasks : kinds.Length).Select(k => k < kinds.Length ? kinds[k] : kinds[k % kinds.Length] with { Name = kinds[k % kinds.Length].Name + (k / kinds.Length + 1) })];
        Model Build()
        {
            var input = Input.Numbers("x", width);
            var node = input;
            for (int layer = 0; layer < hidden.Length; layer++) node = node.Dense(hidden[layer], new Relu()).Named($"hidden{layer + 1}");
            return new Model([input], [.. heads.Select(h => node.Dense(h.Width).Named(h.Name))]);
        }
        TargetColumn Target(int classes) => classes switch
        {
            26 => new(Numbers(rows * 26, () => random.NextDouble() > 0.8 ? 1 : 0), [26]),
            8 => new(Numbers(rows, () => random.Next(8))),
            _ => new(Numbers(rows, () => Normal(random))),
        };
        var targets = heads.ToDictionary(h => h.Name, h => Target(h.Width));
        return new Workload(name, batch, Build, new Adam(1e-3), heads.ToDictionary(h => h.Name, h => new Output(h.Loss)), new Dataset(
            new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(Numbers(rows * width, () => Normal(random)), width) }, targets));
    }

    private static Workload Text(int batch, int batches)
    {
        int rows = batches * batch;
        var random = new Random(1);
        static Model Build()
        {
            var title = Input.Tokens("title", 20, 10_000);
            var body = Input.Tokens("body", 100, 10_000);
            var tags = Input.Numbers("tags", 12);
            var features = Node.Concatenate(
                title.Embedding(64).Named("title_embedding").Lstm(128).Named("title_lstm"),
                body.Embedding(64).Named("body_embedding").Lstm(32).Named("body_lstm"),
                tags);
            return new Model([title, body, tags], [features.Dense(1).Named("priority"), features.Dense(4).Named("department")]);
        }
        return new Workload("W2", batch, Build, new RmsProp(1e-3),
            new() { ["priority"] = new(new BinaryCrossentropy(FromLogits: true)), ["department"] = new(new SparseCategoricalCrossentropy(FromLogits: true)) },
            new Dataset(
                new Dictionary<string, InputColumn>
                {
                    ["title"] = new IndicesColumn([.. Enumerable.Range(0, rows * 20).Select(_ => random.Next(10_000))], 20),
                    ["body"] = new IndicesColumn([.. Enumerable.Range(0, rows * 100).Select(_ => random.Next(10_000))], 100),
                    ["tags"] = new NumbersColumn(Numbers(rows * 12, () => random.Next(2)), 12),
                },
                new Dictionary<string, TargetColumn>
                {
                    ["priority"] = new(Numbers(rows, () => random.Next(2))),
                    ["department"] = new(Numbers(rows, () => random.Next(4))),
                }));
    }

    private static Workload Images(int batch, int batches, int tasks)
    {
        int rows = batches * batch;
        var random = new Random(1);
        string[] heads = [.. Enumerable.Range(0, tasks > 0 ? tasks : 2).Select(k => k switch { 0 => "left", 1 => "right", _ => $"digit{k + 1}" })];
        Model Build()
        {
            var image = Input.Numbers("image", 36, 36, 1);
            var node = image.Conv2D(10, 5).Named("conv1").MaxPooling2D(2).Relu().Conv2D(20, 5).Named("conv2").MaxPooling2D(2).Relu().Flatten().Dense(50, new Relu()).Named("features");
            return new Model([image], [.. heads.Select(h => node.Dense(50, new Relu()).Named($"{h}_hidden").Dense(10).Named(h))]);
        }
        return new Workload("W3", batch, Build, new Adam(1e-3),
            heads.ToDictionary(h => h, _ => new Output(new SparseCategoricalCrossentropy(FromLogits: true))),
            new Dataset(
                new Dictionary<string, InputColumn> { ["image"] = new NumbersColumn(Numbers(rows * 36 * 36, () => Normal(random)), 36, 36, 1) },
                heads.ToDictionary(h => h, _ => new TargetColumn(Numbers(rows, () => random.Next(10))))));
    }

    private static Workload Experts(int batch, int batches)
    {
        const int Tasks = 5, Count = 8, Width = 128;
        int rows = batches * batch;
        var random = new Random(1);
        static Model Build()
        {
            var input = Input.Numbers("x", 64);
            var experts = input.Dense(Count * Width, new Relu()).Named("experts").Reshape(Count, Width);
            return new Model([input], [.. Enumerable.Range(0, Tasks).Select(k =>
                experts.Mix(input.Dense(Count, new Softmax()).Named($"gate{k}")).Dense(64, new Relu()).Named($"tower{k}").Dense(1).Named($"task{k}"))]);
        }
        return new Workload("W4", batch, Build, new Adam(1e-3),
            Enumerable.Range(0, Tasks).ToDictionary(k => $"task{k}", _ => new Output(new MeanSquaredError())),
            new Dataset(
                new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(Numbers(rows * 64, () => Normal(random)), 64) },
                Enumerable.Range(0, Tasks).ToDictionary(k => $"task{k}", _ => new TargetColumn(Numbers(rows, () => Normal(random))))));
    }

    public static float[] Numbers(int count, Func<double> draw)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)draw();
        return values;
    }

    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
