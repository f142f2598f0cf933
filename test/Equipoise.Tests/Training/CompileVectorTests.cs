using System.Text.Json;
using Equipoise.Activations;
using Equipoise.Data;
using Equipoise.Initializers;
using Equipoise.Layers;
using Equipoise.Ledger;
using Equipoise.Losses;
using Equipoise.Metrics;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Testing.Vectors;
using Equipoise.Tests.Vectors;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Totals, raw losses and metrics of given predictions with several outputs, and class weights, against the reference library.</summary>
public sealed class CompileVectorTests
{
    public static TheoryData<string> Losses => [.. VectorFile.Of("compile_loss").Kept()];

    public static TheoryData<string> MetricIds => [.. VectorFile.Of("compile_metrics").Select(v => v.Id)];

    public static TheoryData<string> ClassWeights => [.. VectorFile.Of("class_weight").Kept()];

    [Theory, MemberData(nameof(Losses))]
    public void Total_and_raw_losses_agree(string id)
    {
        var vector = VectorFile.Find(id);
        using var given = new Given(vector, vector.Inputs, vector.Args.GetProperty("loss"));
        var account = given.Trainer.Evaluate(given.Data).Account;
        string? wrong = VectorCase.Compare(NumberArray.Parse(vector.Expected), [account.Total], vector.RelativeTolerance, vector.AbsoluteTolerance);
        Assert.True(wrong is null, $"{id}: {wrong}");
        if (!vector.Json.TryGetProperty("expected_per_output", out var expected)) return;
        foreach (var output in expected.EnumerateObject())
        {
            double raw = account.Outputs.Last(o => given.LogName(o.Output) == output.Name[..^"_loss".Length]).RawLoss;
            string? fault = VectorCase.Compare(NumberArray.Parse(output.Value), [raw], vector.RelativeTolerance, vector.AbsoluteTolerance);
            Assert.True(fault is null, $"{id}, {output.Name}: {fault}");
        }
    }

    [Theory, MemberData(nameof(MetricIds))]
    public void Metrics_agree(string id)
    {
        var vector = VectorFile.Find(id);
        var update = vector.Inputs.GetProperty("updates").EnumerateArray().ToArray();
        // A state sees all updates: rows of all of them, in batches of one update.
        using var given = new Given(vector, update, default);
        var result = given.Trainer.Evaluate(given.Data, given.Data.Rows / update.Length);
        foreach (var output in vector.Expected.EnumerateObject())
        {
            // Arg-max of rows that are not one-hot: a decision of ours, see Accuracy.
            if (output.Name is "acc" or "accuracy") continue;
            double want = NumberArray.Number(output.Value);
            bool found = result.Metrics.Any(m => m.Name.StartsWith("weighted_", StringComparison.Ordinal) == output.Name.StartsWith("weighted_", StringComparison.Ordinal)
                && Math.Abs(m.Value - want) <= vector.AbsoluteTolerance + (vector.RelativeTolerance * Math.Abs(want)));
            Assert.True(found, $"{id}: {output.Name} should be {want}; found {string.Join(", ", result.Metrics)}");
        }
        Assert.NotEmpty(result.Metrics);
    }

    [Theory, MemberData(nameof(ClassWeights))]
    public void Class_weights_agree(string id)
    {
        var vector = VectorFile.Find(id);
        double[] labels = vector.Input("y")!.Values;
        var weights = vector.Args.GetProperty("class_weight").EnumerateObject().ToDictionary(p => int.Parse(p.Name, System.Globalization.CultureInfo.InvariantCulture), p => p.Value.GetDouble());
        int classes = Math.Max(weights.Keys.Max(), (int)labels.Max()) + 1;
        // One row a batch: the raw loss is its weight × its loss. All weights of the network are zero, so every loss is ln(classes).
        var x = Input.Numbers("x", 1);
        var model = new Model([x], [new Dense(classes) { KernelInitializer = new Zeros() }.Apply(x).Named("y")]);
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(new float[labels.Length], 1) }, new Dictionary<string, TargetColumn> { ["y"] = new(Array.ConvertAll(labels, l => (int)l)) });
        using var trainer = model.Compile(new CompileOptions { Optimizer = new Sgd(0), Outputs = { ["y"] = new Output(new SparseCategoricalCrossentropy(FromLogits: true)) { ClassWeights = weights } } });
        trainer.Fit(data, new FitOptions { BatchSize = 1, Shuffle = false });
        double[] got = [.. Enumerable.Range(0, trainer.Ledger.StepCount).Select(s => trainer.Ledger.Step(s)["y"].RawLoss / Math.Log(classes))];
        Assert.Null(VectorCase.Compare(NumberArray.Parse(vector.Expected), got, vector.RelativeTolerance, vector.AbsoluteTolerance));
    }

    // A model that gives predictions as they are, with the losses and metrics of a vector.
    private sealed class Given : IDisposable
    {
        private readonly Dictionary<string, string> _logNames = new(StringComparer.Ordinal);

        public Given(VectorCase vector, JsonElement inputs, JsonElement loss) : this(vector, [inputs], loss)
        {
        }

        public Given(VectorCase vector, JsonElement[] updates, JsonElement loss)
        {
            var first = updates[0];
            var predictions = KerasTree.Arrays(first.GetProperty("y_pred")).ToArray();
            string[] paths = [.. predictions.Select(p => p.Path)];
            string[]? outputNames = vector.Has("output_names") ? [.. vector.Args.GetProperty("output_names").EnumerateArray().Select(n => n.GetString()!)] : null;
            bool flat = !first.GetProperty("y_pred").TryGetProperty("dict", out _);
            string[] names = [.. paths.Select((p, k) => Unique(flat && outputNames?.Length == paths.Length ? outputNames[k] : p.Length == 0 ? "output" : p))];

            var losses = loss.ValueKind == JsonValueKind.Undefined ? new JsonElement?[paths.Length] : PerOutput(loss, paths, outputNames);
            var weights = PerOutput(Argument(vector, "loss_weights"), paths, outputNames);
            var metrics = PerOutput(Argument(vector, "metrics"), paths, outputNames, keepLists: true);
            var weighted = PerOutput(Argument(vector, "weighted_metrics"), paths, outputNames, keepLists: true);
            var x = new Dictionary<string, InputColumn>();
            var y = new Dictionary<string, TargetColumn>();
            var nodes = new List<Node>();
            var options = new CompileOptions();
            for (int k = 0; k < paths.Length; k++)
            {
                int output = k;
                var p = Joined(updates, "y_pred", u => u[output], paths.Length, losses);
                var t = Joined(updates, "y_true", u => u[output], paths.Length, losses);
                var s = updates[0].TryGetProperty("sample_weight", out var given) && given.ValueKind != JsonValueKind.Null ? JoinedWeights(updates, output, paths) : null;
                int rows = p!.Shape[0], width = p.Length / rows;
                nodes.Add(Input.Numbers($"prediction {k}", width));
                x.Add($"prediction {k}", new NumbersColumn(p.Floats, width));
                (Loss Loss, Divisor Divisor)? made = losses[k] is { ValueKind: not JsonValueKind.Null } spec ? KerasParts.Loss(spec, t!) : null;
                options.Outputs[names[k]] = new Output(made?.Loss, weights[k] is { ValueKind: JsonValueKind.Number } weight ? weight.GetDouble() : 1)
                {
                    Divisor = made?.Divisor,
                    Metrics = [.. Metrics(metrics[k])],
                    WeightedMetrics = [.. Metrics(weighted[k])],
                };
                if (t is not null) y.Add(names[k], KerasParts.Target(t, new Engine.Graphs.Shape(width), made?.Loss, s));
            }
            // A model must have something to train, if only beside the point.
            if (options.Outputs.Values.All(o => o.Loss is null)) options.Outputs[names[0]] = options.Outputs[names[0]] with { Loss = new MeanSquaredError() };
            var model = new Model(nodes, [.. nodes.Select((n, k) => n.Activate(new Linear()).Named(names[k]))]);
            Trainer = model.Compile(options);
            Data = new Dataset(x, y);
        }

        public Trainer Trainer { get; }

        public Dataset Data { get; }

        // What the reference library calls an output: it does not make names unique.
        public string LogName(string output) => _logNames[output];

        public void Dispose() => Trainer.Dispose();

        private string Unique(string name)
        {
            string unique = name;
            for (int i = 2; !_logNames.TryAdd(unique, LogOf(name)); i++) unique = $"{name} {i}";
            return unique;
        }

        // In a list under a key the reference library writes KEY/NAME, with the output's name instead of its place.
        private static string LogOf(string path) => path.Split('/') is { Length: 2 } parts && int.TryParse(parts[1], out _) ? $"{parts[0]}/{parts[0]}_{parts[1]}" : path;

        private static JsonElement Argument(VectorCase vector, string name) => vector.Has(name) ? vector.Args.GetProperty(name) : default;

        private static JsonElement?[] PerOutput(JsonElement spec, string[] paths, string[]? names, bool keepLists = false)
        {
            if (spec.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return new JsonElement?[paths.Length];
            if (paths is [""]) return [keepLists || spec.ValueKind != JsonValueKind.Object || !spec.TryGetProperty("list", out var list) ? spec : list[0]];
            return KerasTree.PerOutput(spec, paths, names);
        }

        private static IEnumerable<Metric> Metrics(JsonElement? spec)
            => spec is { ValueKind: not JsonValueKind.Null } given ? KerasTree.Items(given).Select(KerasParts.Metric).DistinctBy(m => m.Name) : [];

        private static NumberArray? Joined(JsonElement[] updates, string name, Func<NumberArray?[], NumberArray?> choose, int outputs, JsonElement?[] losses)
        {
            NumberArray?[] parts = [.. updates.Select(u =>
            {
                var leaves = KerasTree.Arrays(u.GetProperty(name)).Select(l => l.Array).ToList();
                // Labels for those outputs alone that have a loss.
                if (leaves.Count < outputs) leaves = [.. losses.Select(l => { if (l is null) return null; var next = leaves[0]; leaves.RemoveAt(0); return next; })];
                return choose([.. leaves]);
            })];
            return parts[0] is not { } one ? null : new NumberArray([.. parts.SelectMany(p => p!.Values)], [one.Shape[0] * parts.Length, .. one.Shape.Skip(1)]);
        }

        private static NumberArray? JoinedWeights(JsonElement[] updates, int output, string[] paths)
        {
            NumberArray?[] parts = [.. updates.Select(u =>
            {
                var leaves = KerasTree.Arrays(u.GetProperty("sample_weight")).ToArray();
                return leaves.Length == 1 && leaves[0].Path.Length == 0 ? leaves[0].Array : leaves.First(l => l.Path == paths[output]).Array;
            })];
            return parts[0] is null ? null : new NumberArray([.. parts.SelectMany(p => p!.Values)], [parts.Sum(p => p!.Length)]);
        }
    }
}
