using Equipoise.Metrics;

namespace Equipoise.Tests.Metrics;

/// <summary>Known values. By hand unless said; those of scikit-learn are its documented examples.</summary>
public sealed class MetricTests
{
    private const double Close = 1e-9;

    [Fact]
    public void Average_precision_is_that_of_scikit_learn()
    {
        // sklearn.metrics.average_precision_score, example of its documentation: 0.83.
        Assert.Equal(0.8333333333333333, Result(new AveragePrecision(), 1, [0.1f, 0.4f, 0.35f, 0.8f], [0, 0, 1, 1]), Close);

        // Ties are one step: both at 0.5 together, precision 1/2 there.
        Assert.Equal(0.5, Result(new AveragePrecision(), 1, [0.5f, 0.5f], [0, 1]), Close);
    }

    [Fact]
    public void Average_precision_of_labels_is_macro_micro_or_weighted()
    {
        // Label 0: ranking + - +, AP = (1 + 2/3) / 2 = 5/6. Label 1: ranking - + -, AP = 1/2. Label 2: never true, AP = 0.
        float[] predictions = [0.9f, 0.2f, 0.1f, 0.8f, 0.3f, 0.2f, 0.7f, 0.1f, 0.3f];
        float[] targets = [1, 1, 0, 0, 0, 0, 1, 0, 0];
        Assert.Equal((5 / 6.0 + 1 / 2.0 + 0) / 3, Result(new AveragePrecision(), 3, predictions, targets), Close);
        Assert.Equal((5 / 6.0 + 1 / 2.0) / 2, Result(new AveragePrecision(SkipEmpty: true), 3, predictions, targets), Close);
        Assert.Equal((2 * 5 / 6.0 + 1 / 2.0) / 3, Result(new AveragePrecision(Averaging.Weighted), 3, predictions, targets), Close);

        // Together: 0.9+ 0.8- 0.7+ (0.3-, 0.3-) (0.2+, 0.2-) ...: 1/3 (1/1 + 2/3 + 3/7).
        Assert.Equal((1 + 2 / 3.0 + 3 / 7.0) / 3, Result(new AveragePrecision(Averaging.Micro), 3, predictions, targets), Close);
    }

    [Fact]
    public void Auc_is_that_of_scikit_learn()
    {
        // sklearn.metrics.roc_auc_score, example of roc_curve's documentation: 0.75.
        Assert.Equal(0.75, Result(new Auc(), 1, [0.1f, 0.4f, 0.35f, 0.8f], [0, 0, 1, 1]), Close);
        Assert.Equal(0.5, Result(new Auc(), 1, [0.3f, 0.3f, 0.3f], [0, 1, 0]), Close);

        // By thresholds it is an approximation.
        Assert.Equal(0.75, Result(new Auc { Method = AucMethod.Thresholds }, 1, [0.1f, 0.4f, 0.35f, 0.8f], [0, 0, 1, 1]), 0.01);
    }

    [Fact]
    public void Auc_leaves_out_labels_that_are_always_or_never_true()
    {
        float[] predictions = [0.9f, 0.5f, 0.5f, 0.1f, 0.6f, 0.5f];
        Assert.Equal(1, Result(new Auc(), 3, predictions, [1, 1, 0, 0, 1, 0]), Close);
        Assert.Equal(0, Result(new Auc(), 1, [0.4f, 0.6f], [1, 1]), Close);
    }

    [Fact]
    public void Auc_of_class_indices_is_one_against_the_rest()
    {
        float[] predictions = [0.7f, 0.2f, 0.1f, 0.5f, 0.3f, 0.2f, 0.2f, 0.1f, 0.7f];
        Assert.Equal(Result(new Auc(), 3, predictions, [1, 0, 0, 0, 1, 0, 0, 0, 1]), Result(new Auc(), 3, predictions, [0, 1, 2]), Close);
    }

    [Theory]
    [InlineData(Averaging.Macro, 0.26666666666666666)]
    [InlineData(Averaging.Micro, 0.3333333333333333)]
    [InlineData(Averaging.Weighted, 0.26666666666666666)]
    public void F1_of_classes_is_that_of_scikit_learn(Averaging average, double wanted)
    {
        // sklearn.metrics.f1_score, example of its documentation: y_true 0 1 2 0 1 2, y_pred 0 2 1 0 0 1: by class 0.8, 0, 0.
        int[] predicted = [0, 2, 1, 0, 0, 1];
        float[] predictions = [.. predicted.SelectMany(chosen => Enumerable.Range(0, 3).Select(i => i == chosen ? 0.6f : 0.2f))];
        var state = Run(new F1Score { Average = average }, 3, predictions, [0, 1, 2, 0, 1, 2]);
        Assert.Equal(wanted, state.Result, Close);
        Assert.Equal(0.8, state.PerLabel![0], Close);
        Assert.Equal(0, state.PerLabel![1]);
    }

    [Fact]
    public void F1_of_sets_uses_the_threshold()
    {
        // Label 0: TP 1, FN 1: 2/3. Label 1: TP 1, FP 1: 2/3. A probability of exactly 0.5 is no.
        Assert.Equal(2 / 3.0, Result(new F1Score(), 2, [0.9f, 0.8f, 0.5f, 0.7f], [1, 1, 1, 0]), Close);
        Assert.Equal(0.5, Result(new Precision { Label = 1 }, 2, [0.9f, 0.8f, 0.5f, 0.7f], [1, 1, 1, 0]), Close);
        Assert.Equal(0.75, Result(new Recall(), 2, [0.9f, 0.8f, 0.5f, 0.7f], [1, 1, 1, 0]), Close);
    }

    [Fact]
    public void Accuracy_reads_the_kind_of_answer_from_the_data()
    {
        Assert.Equal(("yes or no, at 0.5", 0.5f), Read(1, [0.6f, 0.6f], [1, 0]));
        Assert.Equal(("classes, largest prediction", 0.5f), Read(3, [0.3f, 0.4f, 0.3f, 0.3f, 0.4f, 0.3f], [1, 2]));
        Assert.Equal(("classes, largest prediction", 0.5f), Read(3, [0.3f, 0.4f, 0.3f, 0.3f, 0.4f, 0.3f], [0, 1, 0, 1, 0, 0]));
        Assert.Equal(("labels, each at 0.5", 5 / 6f), Read(3, [0.9f, 0.4f, 0.7f, 0.3f, 0.4f, 0.3f], [1, 1, 1, 0, 0, 0]));

        static (string?, float) Read(int width, float[] predictions, float[] targets)
        {
            var state = Run(new Accuracy(), width, predictions, targets);
            return (state.Reading, (float)state.Result);
        }
    }

    [Fact]
    public void Hamming_loss_and_subset_accuracy_count_labels_and_items()
    {
        float[] predictions = [0.9f, 0.1f, 0.9f, 0.9f], targets = [1, 0, 1, 0];
        Assert.Equal(0.25, Result(new HammingLoss(), 2, predictions, targets), Close);
        Assert.Equal(0.5, Result(new SubsetAccuracy(), 2, predictions, targets), Close);
        Assert.Equal(0.75, Result(new BinaryAccuracy(), 2, predictions, targets), Close);
    }

    [Fact]
    public void Top_k_counts_ties_as_hits_and_NaN_as_misses()
    {
        Assert.Equal(1, Result(new TopKAccuracy(1), 3, [0.4f, 0.4f, 0.2f], [1]));
        Assert.Equal(0, Result(new TopKAccuracy(1), 3, [0.5f, 0.3f, 0.2f], [1]));
        Assert.Equal(1, Result(new TopKAccuracy(2), 3, [0.5f, 0.3f, 0.2f], [1]));
        Assert.Equal(0, Result(new TopKAccuracy(2), 3, [float.NaN, float.NaN, float.NaN], [1]));
    }

    [Fact]
    public void Errors_are_in_units_and_by_column()
    {
        var mae = Run(new Mae(), 2, [1, 2, 3, 4], [0, 2, 1, 8]);
        Assert.Equal(1.75, mae.Result, Close);
        Assert.Equal([1.5, 2], mae.PerLabel!);
        Assert.True(new Mae().InUnits && new Rmse().InUnits && new R2Score().InUnits && !new Accuracy().InUnits && !new Auc().InUnits);
        Assert.Equal(2, Result(new Rmse(), 1, [2, -2], [0, 0]), Close);
    }

    [Fact]
    public void R2_of_the_mean_is_0_and_of_a_constant_target_0()
    {
        Assert.Equal(0, Result(new R2Score(), 1, [2, 2, 2], [1, 2, 3]), Close);
        Assert.Equal(1, Result(new R2Score(), 1, [1, 2, 3], [1, 2, 3]), Close);
        Assert.Equal(0, Result(new R2Score(), 1, [0.1f, 0.2f], [0.1f, 0.1f]));

        // The figure stays exact where Σt² − (Σt)²/n would not.
        Assert.Equal(0.5, Result(new R2Score(), 1, [1_000_000, 1_000_002], [1_000_001, 1_000_003]) + 0.5, 1e-6);
    }

    [Fact]
    public void R2_of_logarithms_is_R2_of_the_logarithms()
    {
        float[] predictions = [0, 1.5f, 20, 3_000], targets = [0, 2, 12, 4_000];
        double plain = Result(new R2Score(), 1, [.. predictions.Select(x => MathF.Log(1 + x))], [.. targets.Select(x => MathF.Log(1 + x))]);
        Assert.Equal(plain, Result(new R2Score(Log1p: true), 1, predictions, targets), 1e-6); // the rounding of the logarithms to float
        Assert.Equal(plain, Result(new R2Score(Log1p: true), 1, [-0.5f, .. predictions[1..]], targets), 1e-6);
        Assert.Equal("r2_log1p", new R2Score(Log1p: true).Name);
    }

    [Fact]
    public void Exact_when_rounded_counts_whole_numbers()
        => Assert.Equal(0.75, Result(new ExactWhenRounded(), 1, [1.4f, 2.6f, 3.5f, 3.4f], [1, 3, 4, 4]), Close);

    [Fact]
    public void Correlation_over_items_does_not_depend_on_scale()
    {
        Assert.Equal(1, Result(new PearsonCorrelation(), 1, [1, 2, 4], [10, 20, 40]), Close);
        Assert.Equal(0, Result(new PearsonCorrelation(), 1, [1, 1, 1], [10, 20, 40]));
        Assert.True(Result(new ConcordanceCorrelation(), 1, [1, 2, 4], [10, 20, 40]) < 0.2);
    }

    [Fact]
    public void Number_metric_refuses_class_indices()
    {
        var error = Assert.Throws<ArgumentException>(() => Result(new Mae(), 3, [1, 2, 3], [1]));
        Assert.Contains("class indices", error.Message);
    }

    [Fact]
    public void Mean_metrics_agree_with_the_losses_of_the_same_name()
    {
        var random = new Random(5);
        float[] predictions = [.. Enumerable.Range(0, 24).Select(_ => 0.05f + 0.9f * random.NextSingle())];
        float[] targets = new float[24];
        for (int item = 0; item < 6; item++) targets[item * 4 + random.Next(4)] = 1;
        int compared = 0;
        foreach (var entry in MetricCatalog.Catalog.Entries)
        {
            if (Equipoise.Losses.LossCatalog.Catalog.TryFind(entry.Name) is not { } loss || entry.Default is not (ElementMetric or ItemMetric)) continue;
            var values = new float[6];
            loss.Default.Evaluate(new Equipoise.Losses.LossRows { Items = 6, Width = 4, Predictions = predictions, Targets = targets, Shares = (float[])[1, 1, 1, 1, 1, 1], Values = values });
            double sign = entry.Name == "cosine_similarity" ? -1 : 1, mean = values.Average(value => (double)value);
            Assert.Equal(sign * mean, Result(entry.Default, 4, predictions, targets), 2e-6 * Math.Max(1, Math.Abs(mean)));
            compared++;
        }

        Assert.True(compared >= 10, $"Only {compared} compared.");
    }

    private static double Result(Metric metric, int width, float[] predictions, float[] targets) => Run(metric, width, predictions, targets).Result;

    private static MetricState Run(Metric metric, int width, float[] predictions, float[] targets)
    {
        var state = metric.Start(width);
        state.Update(new MetricRows { Items = predictions.Length / width, Width = width, Predictions = predictions, Targets = targets });
        return state;
    }
}
