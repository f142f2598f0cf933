using System.Text.Json;
using Equipoise.Data;
using Equipoise.Losses;
using Equipoise.Metrics;
using Equipoise.Models;
using Equipoise.Testing.Vectors;
using Equipoise.Tests.Vectors;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Whole trainings of the reference library: evaluation before, history, evaluation after, predictions and final weights.</summary>
public sealed class FitVectorTests
{
    public static TheoryData<string> Ids => [.. VectorFile.Of("fit").Kept()];

    [Theory, MemberData(nameof(Ids))]
    public void Training_agrees_with_the_vector(string id)
    {
        var run = new Run(VectorFile.Find(id));
        run.Check("evaluate_before", run.Evaluate());
        run.Fit();
        run.Check("evaluate_after", run.Evaluate());
        run.CheckPredictions();
        run.CheckWeights();
        Assert.True(run.Faults.Count == 0, $"{id}:\n{string.Join("\n", run.Faults)}");
    }

    [Theory, MemberData(nameof(Ids))]
    public void Penalties_are_those_of_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        if (VectorCase.Array(vector.Expected, "regularization_after") is not { } expected) return;
        var run = new Run(vector);
        run.Fit();
        // The vector's figure has no activity penalties.
        double penalty = run.Evaluate().Account.Penalties.Where(p => !p.Kind.EndsWith("of activity", StringComparison.Ordinal)).Sum(p => p.Value);
        Assert.Null(VectorCase.Compare(expected, [penalty], vector.RelativeTolerance, vector.AbsoluteTolerance));
    }

    private sealed class Run
    {
        private readonly VectorCase _vector;
        private readonly Model _model;
        private readonly Trainer _trainer;
        private readonly Dataset _data;
        private readonly int _batch;
        private readonly string[] _paths;
        private readonly Dictionary<string, (string Output, string Metric)> _figures = new(StringComparer.Ordinal);

        public Run(VectorCase vector)
        {
            _vector = vector;
            var description = vector.Json.GetProperty("model");
            string[] frozen = vector.Has("frozen") ? [.. vector.Args.GetProperty("frozen").EnumerateArray().Select(f => f.GetString()!)] : [];
            _model = KerasParts.Model(description, frozen);
            _paths = [.. _model.Outputs.Select(o => o.Name)];
            _batch = (int)vector.Argument("batch_size", 32);
            (_trainer, _data) = Compile();
            foreach (var layer in vector.Inputs.GetProperty("initial_weights").EnumerateObject())
            {
                foreach (var weight in layer.Value.EnumerateArray()) _model.SetWeight(WeightName(layer.Name, weight), NumberArray.Parse(weight.GetProperty("value")).Floats);
            }
        }

        public List<string> Faults { get; } = [];

        public EvaluationResult Evaluate() => _trainer.Evaluate(_data, _batch);

        public void Fit()
        {
            var history = _trainer.Fit(_data, new FitOptions { Epochs = (int)_vector.Argument("epochs", 1), BatchSize = _batch, Shuffle = false });
            for (int e = 0; e < history.Epochs.Count; e++)
            {
                var epoch = history.Epochs[e];
                var expected = _vector.Expected.GetProperty("history").EnumerateObject().Where(p => !p.Name.StartsWith("val_", StringComparison.Ordinal))
                    .Select(p => (p.Name, NumberArray.Number(p.Value[e])));
                Check($"epoch {e + 1}", new EvaluationResult(epoch.Training, epoch.TrainingMetrics), expected);
            }
        }

        public void Check(string part, EvaluationResult result)
            => Check(part, result, _vector.Expected.GetProperty(part).EnumerateObject().Select(p => (p.Name, NumberArray.Number(p.Value))));

        public void CheckPredictions()
        {
            var predictions = _trainer.Predict(_data, _batch);
            var expected = KerasTree.PerOutput(_vector.Expected.GetProperty("predict_after"), Paths);
            for (int k = 0; k < _paths.Length; k++)
            {
                // The reference library shows logits where a loss takes them; we show probabilities.
                var array = NumberArray.Parse(expected[k]!.Value.GetProperty("array"));
                var wanted = new float[array.Length];
                Links.Apply(_model.OutputLinks[k], array.Floats, wanted, _model.Outputs[k].Shape.Width);
                var got = predictions[_paths[k]].Select(p => (double)p).ToArray();
                Compare($"prediction of {_paths[k]}", new NumberArray([.. wanted.Select(w => (double)w)], array.Shape), got);
            }
        }

        public void CheckWeights()
        {
            foreach (var layer in _vector.Expected.GetProperty("final_weights").EnumerateObject())
            {
                foreach (var weight in layer.Value.EnumerateArray())
                {
                    string name = WeightName(layer.Name, weight);
                    Compare(name, NumberArray.Parse(weight.GetProperty("value")), [.. _model.GetWeight(name).Select(w => (double)w)]);
                }
            }
        }

        // Paths of the outputs as the reference library's trees have them: place in a list, or key of a dict; a single output has none.
        private string[] Paths => IsDict ? _paths : _paths.Length == 1 ? [""] : [.. _paths.Select((_, k) => k.ToString(System.Globalization.CultureInfo.InvariantCulture))];

        private bool IsDict => _vector.Json.GetProperty("model").GetProperty("outputs").ValueKind == JsonValueKind.Object;

        private string WeightName(string layer, JsonElement weight)
        {
            string node = KerasParts.Outputs(_vector.Json.GetProperty("model")).Where(o => o.Layer == layer).Select(o => o.Name).FirstOrDefault(layer);
            return $"{node}/{weight.GetProperty("name").GetString()}";
        }

        // Settings of each output, whichever form they have: for a model with a list of outputs a dict goes by name.
        private JsonElement?[] Settings(string argument)
        {
            if (!_vector.Has(argument)) return new JsonElement?[_paths.Length];
            var spec = _vector.Args.GetProperty(argument);
            if (_paths.Length == 1) return [spec];
            return KerasTree.PerOutput(spec, _paths, _paths);
        }

        private (Trainer, Dataset) Compile()
        {
            var y = _vector.Inputs.GetProperty("y");
            var targets = y.TryGetProperty("dict", out _) ? KerasTree.PerOutput(y, _paths, _paths) : KerasTree.PerOutput(y, Paths);
            var weights = _vector.Inputs.GetProperty("sample_weight") is { ValueKind: not JsonValueKind.Null } given ? KerasTree.PerOutput(given, _paths.Length == 1 ? [""] : _paths, _paths) : new JsonElement?[_paths.Length];
            var losses = Settings("loss");
            var lossWeights = Settings("loss_weights");
            var metrics = Settings("metrics");
            var weightedMetrics = Settings("weighted_metrics");
            var classWeights = _vector.Has("class_weight")
                ? _vector.Args.GetProperty("class_weight").EnumerateObject().ToDictionary(p => int.Parse(p.Name, System.Globalization.CultureInfo.InvariantCulture), p => p.Value.GetDouble())
                : null;
            var options = new CompileOptions { Optimizer = KerasParts.Optimizer(_vector.Args.GetProperty("optimizer")), Workers = 2 };
            var columns = new Dictionary<string, TargetColumn>();
            for (int k = 0; k < _paths.Length; k++)
            {
                var values = NumberArray.Parse(targets[k]!.Value.GetProperty("array"));
                (Loss Loss, Divisor Divisor)? loss = losses[k] is { ValueKind: not JsonValueKind.Null } spec ? KerasParts.Loss(spec, values) : null;
                options.Outputs[_paths[k]] = new Output(loss?.Loss, lossWeights[k] is { ValueKind: JsonValueKind.Number } weight ? weight.GetDouble() : 1)
                {
                    Metrics = [.. MetricsOf(metrics[k], k, "")],
                    WeightedMetrics = [.. MetricsOf(weightedMetrics[k], k, "weighted_")],
                    ClassWeights = classWeights,
                    Divisor = loss?.Divisor,
                };
                var own = weights[k] is { ValueKind: JsonValueKind.Object } array ? NumberArray.Parse(array.GetProperty("array")) : null;
                columns.Add(_paths[k], KerasParts.Target(values, _model.Outputs[k].Shape, loss?.Loss, own));
            }
            var x = _vector.Inputs.GetProperty("x");
            var inputs = _model.Inputs.Count == 1 ? [x] : KerasTree.PerOutput(x, [.. _model.Inputs.Select(i => i.Name)], [.. _model.Inputs.Select(i => i.Name)]).Select(i => i!.Value).ToArray();
            var data = new Dataset(_model.Inputs.Select((input, i) => (input.Name, Column: KerasParts.Column(NumberArray.Parse(inputs[i].GetProperty("array")), input))).ToDictionary(i => i.Name, i => i.Column), columns);
            return (_model.Compile(options), data);
        }

        private IEnumerable<Metric> MetricsOf(JsonElement? spec, int output, string prefix)
        {
            if (spec is not { ValueKind: not JsonValueKind.Null } given) yield break;
            foreach (var item in KerasTree.Items(given))
            {
                var metric = KerasParts.Metric(item);
                string logName = item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetProperty("name").GetString()!;
                string key = _paths.Length == 1 ? logName : $"{_paths[output]}_{logName}";
                if (!_figures.TryAdd(key, (_paths[output], prefix + metric.Name))) _figures.Add(_paths.Length == 1 ? $"weighted_{logName}" : $"{_paths[output]}_weighted_{logName}", (_paths[output], prefix + metric.Name));
                yield return metric;
            }
        }

        private void Check(string part, EvaluationResult result, IEnumerable<(string Name, double Value)> expected)
        {
            foreach (var (name, want) in expected)
            {
                double got = name == "loss" ? result.Account.Total
                    : _figures.TryGetValue(name, out var figure) ? result[figure.Output, figure.Metric]
                    : result.Account[name[..^"_loss".Length]].RawLoss;
                Compare($"{part}, {name}", new NumberArray([want], []), [got]);
            }
        }

        private void Compare(string what, NumberArray expected, double[] got)
        {
            if (VectorCase.Compare(expected, got, _vector.RelativeTolerance, _vector.AbsoluteTolerance) is { } wrong) Faults.Add($"{what}: {wrong}");
        }
    }
}
