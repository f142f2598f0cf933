using System.Text.Json;
using Equipoise.Metrics;
using Equipoise.Testing.Vectors;
using Equipoise.Tests.Vectors;

namespace Equipoise.Tests.Metrics;

/// <summary>Every vector of kind metric: its name must be known here, or be listed as left out with the reason.</summary>
public sealed class MetricVectorTests
{
    public static TheoryData<string> Ids => [.. VectorFile.Of("metric").Where(vector => !IsOfValues(vector)).Kept()];

    public static TheoryData<string> ValueIds => [.. VectorFile.Of("metric").Where(IsOfValues).Kept()];

    [Theory, MemberData(nameof(Ids))]
    public void Metric_agrees_with_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        // Metrics see probabilities: of logits near 10 float32 keeps 4 digits of 1 - p, which is within the test's own tolerance.
        string? wrong = vector.Difference(tight: !vector.Flag("from_logits"), vector.Form == "function" ? RunRows(vector) : Run(vector));
        Assert.True(wrong is null, wrong);
    }

    /// <summary>Means and sums of values: here of predictions, each number an item.</summary>
    [Theory, MemberData(nameof(ValueIds))]
    public void Mean_and_sum_agree_with_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        var state = (vector.Name == "Mean" ? (Metric)new PredictionMean() : new PredictionSum()).Start(1);
        foreach (var update in vector.Inputs.GetProperty("updates").EnumerateArray())
        {
            NumberArray values = VectorCase.Array(update, "values")!, weights = VectorCase.Array(update, "sample_weight") ?? new NumberArray([1], []);
            var spread = new float[values.Length];
            for (int i = 0; i < spread.Length; i++) spread[i] = (float)weights.Values[Weight(values.Shape, weights, i)];
            state.Update(new MetricRows { Items = values.Length, Width = 1, Predictions = values.Floats, Targets = new float[values.Length], Weights = spread });
        }

        string? wrong = vector.Difference(state.Result);
        Assert.True(wrong is null, wrong);
    }

    /// <summary>Metrics that the vector files name; several where one of the reference library has several thresholds.</summary>
    public static Metric[] Make(VectorCase vector)
    {
        double[] thresholds = VectorCase.Array(vector.Args, "thresholds")?.Values ?? [0.5];
        double threshold = vector.Argument("threshold", 0.5), smoothing = vector.Argument("label_smoothing", 0);
        int bins = (int)vector.Argument("num_thresholds", 200), label = (int)vector.Argument("class_id", -1);
        T[] Each<T>(Func<double, T> make) => [.. thresholds.Select(make)];
        return vector.Name switch
        {
            "MeanSquaredError" => [new Mse()],
            "RootMeanSquaredError" => [new Rmse()],
            "MeanAbsoluteError" => [new Mae()],
            "MeanAbsolutePercentageError" => [new Mape()],
            "MeanSquaredLogarithmicError" => [new Msle()],
            "LogCoshError" => [new LogCoshMetric()],
            "Hinge" => [new HingeMetric()],
            "SquaredHinge" => [new SquaredHingeMetric()],
            "CategoricalHinge" => [new CategoricalHingeMetric()],
            "KLDivergence" => [new KLDivergenceMetric()],
            "Poisson" => [new PoissonMetric()],
            "CosineSimilarity" => [new CosineSimilarityMetric()],
            "BinaryCrossentropy" => [new BinaryCrossentropyMetric(smoothing)],
            "CategoricalCrossentropy" => [new CategoricalCrossentropyMetric(smoothing)],
            "SparseCategoricalCrossentropy" => [new CategoricalCrossentropyMetric()],
            "Accuracy" => [new ExactWhenRounded()],
            "BinaryAccuracy" => [new BinaryAccuracy(threshold)],
            "CategoricalAccuracy" or "SparseCategoricalAccuracy" => [new CategoricalAccuracy()],
            "TopKCategoricalAccuracy" or "SparseTopKCategoricalAccuracy" => [new TopKAccuracy((int)vector.Argument("k", 5))],
            "PearsonCorrelation" or "pearson_correlation" => [new PearsonCorrelation { Axis = Axis() }],
            "ConcordanceCorrelation" or "concordance_correlation" => [new ConcordanceCorrelation { Axis = Axis() }],
            "R2Score" => [new R2Score(vector.Text("class_aggregation") == "variance_weighted_average" ? R2Aggregation.VarianceWeightedAverage : R2Aggregation.UniformAverage, (int)vector.Argument("num_regressors", 0))],
            "TruePositives" => Each(at => new TruePositives { Threshold = at }),
            "FalsePositives" => Each(at => new FalsePositives { Threshold = at }),
            "TrueNegatives" => Each(at => new TrueNegatives { Threshold = at }),
            "FalseNegatives" => Each(at => new FalseNegatives { Threshold = at }),
            "Precision" => Each(at => new Precision { Average = Averaging.Micro, Threshold = at, TopK = (int)vector.Argument("top_k", 0), Label = label }),
            "Recall" => Each(at => new Recall { Average = Averaging.Micro, Threshold = at, TopK = (int)vector.Argument("top_k", 0), Label = label }),
            "F1Score" => [new F1Score { Average = Average(), Threshold = threshold, Decision = Decision() }],
            "FBetaScore" => [new FBetaScore(vector.Argument("beta", 1)) { Average = Average(), Threshold = threshold, Decision = Decision() }],
            "SensitivityAtSpecificity" => [new SensitivityAtSpecificity(vector.Argument("specificity", 0)) { NumThresholds = bins, Label = label }],
            "SpecificityAtSensitivity" => [new SpecificityAtSensitivity(vector.Argument("sensitivity", 0)) { NumThresholds = bins, Label = label }],
            "PrecisionAtRecall" => [new PrecisionAtRecall(vector.Argument("recall", 0)) { NumThresholds = bins, Label = label }],
            "RecallAtPrecision" => [new RecallAtPrecision(vector.Argument("precision", 0)) { NumThresholds = bins, Label = label }],
            "AUC" => [Auc()],
            "IoU" or "OneHotIoU" or "BinaryIoU" => [new MeanIoU { Threshold = threshold, TargetClasses = [.. VectorCase.Array(vector.Args, "target_class_ids")!.Values.Select(id => (int)id)] }],
            "MeanIoU" or "OneHotMeanIoU" => [new MeanIoU()],
            _ => throw new InvalidOperationException($"No metric for the vectors called {vector.Name}: add it here, or to the list of those left out."),
        };

        CorrelationAxis Axis() => vector.Argument("axis", -1) == 0 ? CorrelationAxis.Items : CorrelationAxis.Row;
        LabelDecision Decision() => vector.Has("threshold") ? LabelDecision.Threshold : LabelDecision.Largest;
        Averaging Average() => vector.Text("average") switch { "micro" => Averaging.Micro, "macro" => Averaging.Macro, "weighted" => Averaging.Weighted, _ => Averaging.None };
        Auc Auc() => new()
        {
            Method = AucMethod.Thresholds,
            Curve = vector.Text("curve") switch { "PR" => AucCurve.Pr, "PRGAIN" => AucCurve.PrGain, _ => AucCurve.Roc },
            Summation = vector.Text("summation_method") switch { "minoring" => AucSummation.Minoring, "majoring" => AucSummation.Majoring, _ => AucSummation.Interpolation },
            Average = vector.Flag("multi_label") ? Averaging.Macro : Averaging.Micro,
            NumThresholds = bins,
            Thresholds = VectorCase.Array(vector.Args, "thresholds")?.Values ?? [],
            LabelWeights = VectorCase.Array(vector.Args, "label_weights")?.Values ?? [],
        };
    }

    private static bool IsOfValues(VectorCase vector) => vector.Name is "Mean" or "Sum";

    // One weight for all, one a row, or as many axes, those of 1 serving all.
    private static int Weight(int[] shape, NumberArray weights, int at)
    {
        if (weights.Length == 1) return 0;
        if (weights.Shape.Length < shape.Length) return at / shape[^1];
        int row = shape.Length < 2 || weights.Shape[0] == 1 ? 0 : at / shape[^1];
        return (row * weights.Shape[^1]) + (weights.Shape[^1] == 1 ? 0 : at % shape[^1]);
    }

    private static double[] Run(VectorCase vector)
    {
        var batches = vector.Inputs.GetProperty("updates").EnumerateArray().Select(update => Batch(vector, update)).ToArray();
        Metric[] metrics = Make(vector);
        bool array = vector.Expected.ValueKind == JsonValueKind.Array;
        var results = new List<double>();
        foreach (var metric in metrics)
        {
            // A weight for each number: each number is then an item, or each column a metric of its own.
            if (batches.Any(batch => batch.PerElement))
            {
                bool columns = metric is ConfusionMetric { Average: Averaging.None } or ConfusionMetric { Label: >= 0 };
                for (int column = 0; column < (columns ? batches[0].Width : 1); column++)
                {
                    var single = metric.Start(1);
                    foreach (var batch in batches) Feed(single, columns ? batch.Column(column) : batch.Flat());
                    results.Add(single.Result);
                }

                continue;
            }

            var state = metric.Start(batches[0].Width);
            foreach (var batch in batches) Feed(state, batch);
            if (array && metrics.Length == 1) results.AddRange(state.PerLabel ?? [state.Result]);
            else results.Add(state.Result);

            // Without weights Keras counts ignored items as zeros in the mean; here they are not counted at all.
            if (vector.Name.EndsWith("Crossentropy", StringComparison.Ordinal) && batches.Any(batch => batch.Ignored > 0 && !batch.Weighted)) results[^1] *= state.Count / (double)batches.Sum(batch => batch.Items);
        }

        return [.. results];
    }

    /// <summary>The function form: a figure for each row.</summary>
    private static double[] RunRows(VectorCase vector)
    {
        NumberArray prediction = vector.Input("y_pred")!, target = vector.Input("y_true")!;
        int width = prediction.Width;
        var results = new List<double>();
        for (int row = 0; row < prediction.Length / width; row++)
        {
            var state = Make(vector)[0].Start(width);
            state.Update(new MetricRows { Items = 1, Width = width, Predictions = prediction.Floats.AsSpan(row * width, width), Targets = target.Floats.AsSpan(row * width, width) });
            results.Add(state.Result);
        }

        return [.. results];
    }

    private static void Feed(MetricState state, Rows update) =>
        state.Update(new MetricRows { Items = update.Items, Width = update.Width, Predictions = update.Predictions, Targets = update.Targets, Weights = update.Weights });

    private static Rows Batch(VectorCase vector, JsonElement json)
    {
        NumberArray prediction = VectorCase.Array(json, "y_pred")!, target = VectorCase.Array(json, "y_true")!;
        float[] predictions = prediction.Floats, targets = target.Floats;
        bool family = vector.Name.EndsWith("IoU", StringComparison.Ordinal);
        bool rowOfAll = prediction.Shape.Length == 1 && vector.Has("top_k");
        int width = rowOfAll ? prediction.Length : prediction.Shape.Length == 1 || (family && vector.Flag("sparse_y_pred")) ? 1 : prediction.Width;
        int items = prediction.Length / width;
        if (vector.Flag("from_logits")) FromLogits(vector.Name, predictions, width);

        bool perElement = false;
        double[] weights = [.. Enumerable.Repeat(1.0, items)];
        if (VectorCase.Array(json, "sample_weight") is { } given) (weights, perElement) = Spread(given, prediction.Shape, items, width);
        if (VectorCase.Array(json, "mask") is { } mask && vector.Name != "RootMeanSquaredError")
        {
            Assert.Equal(items, mask.Length);
            for (int i = 0; i < items; i++) weights[i] *= mask.Values[i];
        }

        int ignored = 0;
        if (vector.Has("ignore_class"))
        {
            for (int i = 0; i < items; i++)
            {
                if (targets[i] != vector.Argument("ignore_class", 0)) continue;
                weights[i] = 0;
                ignored++;
            }
        }

        // The classes in order of preference instead of scores: the first gets the highest score.
        if (vector.Flag("from_sorted_ids"))
        {
            int classes = 1 + (int)Math.Max(predictions.Max(), targets.Max());
            var scores = new float[items * classes];
            for (int i = 0; i < predictions.Length; i++) scores[i / width * classes + (int)predictions[i]] = width - i % width;
            (predictions, width) = (scores, classes);
        }

        // Class indices as predictions: as one-hot rows; those outside of the classes are not counted.
        if (family && vector.Flag("sparse_y_pred"))
        {
            int classes = (int)vector.Argument("num_classes", 2);
            var rows = new float[items * classes];
            for (int i = 0; i < items; i++)
            {
                if (predictions[i] >= 0 && predictions[i] < classes) rows[i * classes + (int)predictions[i]] = 1;
                else weights[i] = 0;
            }

            (predictions, width) = (rows, classes);
        }

        // Keras keeps the matrix in whole numbers and cuts weights with it.
        if (family && vector.Json.TryGetProperty("dtype", out var type) && type.GetString()!.StartsWith("int", StringComparison.Ordinal)) weights = [.. weights.Select(Math.Truncate)];
        return new Rows(items, width, predictions, targets, [.. weights.Select(weight => (float)weight)], perElement, ignored, json.TryGetProperty("sample_weight", out var w) && w.ValueKind != JsonValueKind.Null);
    }

    private static (double[] Weights, bool PerElement) Spread(NumberArray given, int[] shape, int items, int width)
    {
        if (given.Length == 1) return ([.. Enumerable.Repeat(given.Values[0], items)], false);
        if (given.Shape.Length < shape.Length || given.Shape[^1] == 1 || width == 1)
        {
            Assert.Equal(items, given.Length);
            return (given.Values, false);
        }

        // As many axes as the predictions: one weight a number, an axis of 1 serving all.
        Assert.Equal(2, shape.Length);
        var spread = new double[shape[0] * shape[1]];
        for (int i = 0; i < spread.Length; i++) spread[i] = given.Values[(given.Shape[0] == 1 ? 0 : i / shape[1] * given.Shape[1]) + i % shape[1]];
        return (spread, true);
    }

    private static void FromLogits(string name, float[] logits, int width)
    {
        for (int start = 0; start < logits.Length; start += width)
        {
            var row = logits.AsSpan(start, width);
            bool softmax = name.Contains("Categorical", StringComparison.Ordinal);
            double sum = 0;
            foreach (float z in row) sum += Math.Exp(z);
            foreach (ref float z in row) z = (float)(softmax ? Math.Exp(z) / sum : 1 / (1 + Math.Exp(-z)));
        }
    }

    private sealed record Rows(int Items, int Width, float[] Predictions, float[] Targets, float[] Weights, bool PerElement, int Ignored, bool Weighted)
    {
        public Rows Flat() => this with { Items = Items * Width, Width = 1 };

        public Rows Column(int column) => this with
        {
            Width = 1,
            Predictions = Pick(Predictions, column),
            Targets = Pick(Targets, column),
            Weights = PerElement ? Pick(Weights, column) : Weights,
        };

        private float[] Pick(float[] numbers, int column) => [.. Enumerable.Range(0, Items).Select(item => numbers[item * Width + column])];
    }
}
