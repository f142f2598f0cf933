using Equipoise.Metrics;

namespace Equipoise.Tests.Metrics;

/// <summary>Known values of single metrics. Numbers by hand unless said.</summary>
public sealed class FurtherMetricTests
{
    // Four of class 0 (three found), two of class 1 (one found), two of class 2 (both found): counts 3 1 0 / 0 1 1 / 0 0 2.
    private static readonly float[] Classes = [0, 0, 0, 0, 1, 1, 2, 2];
    private static readonly float[] Answers = [1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1];

    [Fact]
    public void Balanced_accuracy_weighs_classes_alike() => Assert.Equal((0.75 + 0.5 + 1) / 3, Of(new BalancedAccuracy(), Answers, Classes, 3), 1e-12);

    [Fact]
    public void Matthews_correlation_of_two_and_three_classes()
    {
        // TP 2, FN 1, FP 1, TN 4.
        float[] p = [0.9f, 0.8f, 0.1f, 0.7f, 0.2f, 0.3f, 0.1f, 0.4f], t = [1, 1, 1, 0, 0, 0, 0, 0];
        Assert.Equal(((2 * 4) - (1 * 1)) / Math.Sqrt(3 * 3 * 5 * 5), Of(new MatthewsCorrelation(), p, t, 1), 1e-12);
        // c = 6, n = 8, Σ p t = 3·4 + 2·2 + 3·2 = 22, Σ p² = 22, Σ t² = 24.
        Assert.Equal(((6 * 8) - 22) / Math.Sqrt((64 - 22) * (64 - 24.0)), Of(new MatthewsCorrelation(), Answers, Classes, 3), 1e-12);
        Assert.Equal(0, Of(new MatthewsCorrelation(), [0.1f, 0.2f], [1, 0], 1));
    }

    [Fact]
    public void Cohens_kappa_by_each_weighing()
    {
        // Expected agreement Σ t p / n² = 22 / 64; observed 6 / 8.
        Assert.Equal((0.75 - (22.0 / 64)) / (1 - (22.0 / 64)), Of(new CohenKappa(), Answers, Classes, 3), 1e-12);
        // Costs |i − j| of the counts: 2; expected with t = 4 2 2 and p = 3 2 3: (4·2 + 4·3·2 + 2·3 + 2·3 + 2·3·2 + 2·2) / 8.
        Assert.Equal(1 - (2 / (60 / 8.0)), Of(new CohenKappa(KappaWeights.Linear), Answers, Classes, 3), 1e-12);
        Assert.Equal(1 - (2 / ((8 + 48 + 6 + 6 + 24 + 4) / 8.0)), Of(new CohenKappa(KappaWeights.Quadratic), Answers, Classes, 3), 1e-12);
    }

    [Fact]
    public void Cost_matrix_takes_the_mean_cost()
    {
        Assert.Equal(0.25, Of(new CostMatrix(), Answers, Classes, 3));
        Assert.Equal((5 - 3 + 10) / 8.0, Of(new CostMatrix { Costs = [-1, 5, 9, 9, 0, 10, 9, 9, 0] }, Answers, Classes, 3), 1e-12);
        Assert.Throws<ArgumentException>(() => new CostMatrix { Costs = [1, 2, 3] }.Start(3));
    }

    [Fact]
    public void Brier_score_sums_over_classes()
    {
        Assert.Equal((0.09 + 0.16) / 2, Of(new BrierScore(), [0.7f, 0.4f], [1, 0], 1), 1e-7);
        Assert.Equal(0.25 + 0.09 + 0.04, Of(new BrierScore(), [0.5f, 0.3f, 0.2f], [0], 3), 1e-7);
    }

    [Fact]
    public void Calibration_error_compares_confidence_and_success_in_bins()
    {
        // Two bins over [0, 1]: confidences 0.65 (right), 0.75 (wrong), 0.85 (right) all in the upper one: |2/3 − 2.25/3|.
        Assert.Equal(0.25 / 3, Of(new CalibrationError(2), [0.65f, 0.25f, 0.15f], [1, 1, 0], 1), 1e-6);
        // Ten bins, one each: 0.35 + 0.75 + 0.15.
        Assert.Equal(1.25 / 3, Of(new CalibrationError(10), [0.65f, 0.25f, 0.15f], [1, 1, 0], 1), 1e-6);
    }

    [Fact]
    public void Ndcg_discounts_later_places_and_shares_those_of_equal_scores()
    {
        // Järvelin and Kekäläinen's form: relevances 3, 0, 2 at places 2, 1, 3.
        double dcg = (3 / Math.Log2(3)) + (2 / Math.Log2(4)), best = 3 + (2 / Math.Log2(3));
        Assert.Equal(dcg / best, Of(new Ndcg(), [0.5f, 0.9f, 0.1f], [3, 0, 2], 3), 1e-9);
        Assert.Equal(3 / Math.Log2(3) / best, Of(new Ndcg(2), [0.5f, 0.9f, 0.1f], [3, 0, 2], 3), 1e-9);
        Assert.Equal((7 / Math.Log2(3) + 3 / 2.0) / (7 + (3 / Math.Log2(3))), Of(new Ndcg(0, true), [0.5f, 0.9f, 0.1f], [3, 0, 2], 3), 1e-9);
        Assert.Equal(0.5 * (1 + (1 / Math.Log2(3))), Of(new Ndcg(), [0.4f, 0.4f], [1, 0], 2), 1e-9);
        Assert.Equal(1 / Math.Log2(3), Of(new Ndcg(), [0.4f, 0.6f], [0], 2), 1e-9);
        Assert.Equal(0, Of(new Ndcg(), [0.4f, 0.6f], [0, 0], 2));
    }

    [Fact]
    public void Spearman_is_the_correlation_of_ranks()
    {
        Assert.Equal(1, Of(new SpearmanCorrelation(), [1, 2, 3, 4], [1, 10, 100, 1000], 1), 1e-12);
        // Ranks of t with ties: 1.5 1.5 3 4 against 2 1 3 4: Σ d² does not hold with ties, so Pearson of the ranks: cov 4.5, squares 5 and 4.5.
        Assert.Equal(4.5 / Math.Sqrt(5 * 4.5), Of(new SpearmanCorrelation(), [20, 10, 30, 40], [7, 7, 8, 9], 1), 1e-12);
    }

    [Fact]
    public void Coverage_counts_targets_below_each_quantile_and_within_the_interval()
    {
        float[] p = [1, 5, 2, 6, 3, 7], t = [4, 6.5f, 3];
        var state = new QuantileCoverage().Start(2);
        state.Update(new MetricRows { Items = 3, Width = 2, Predictions = p, Targets = t });
        Assert.Equal([1 / 3.0, 2 / 3.0], state.PerLabel!);
        Assert.Equal(2 / 3.0, Of(new IntervalCoverage(), p, t, 2), 1e-12);
    }

    [Fact]
    public void Mase_is_the_error_in_units_of_the_naive_forecast()
    {
        Assert.Equal(2, Mase.ScaleOf([1, 3, 2, 5, float.NaN, 9]));
        Assert.Equal(1.5, Mase.ScaleOf([1, 3, 2, 5], season: 2));
        Assert.Throws<ArgumentException>(() => Mase.ScaleOf([1, 1, 1]));
        Assert.Equal(0.75, Of(new Mase(2), [1, 2], [2, 4], 1));
    }

    [Theory]
    [InlineData("2*tp/(2*tp + fp + fn)", 0.8)]
    [InlineData("n", 4)]
    [InlineData("sqrt(mean((p - t)^2))", 0.3)]
    [InlineData("sum(max(t[0] - p[0], 0)) / sum(t[0])", 0.3)]
    [InlineData("-2^2 + mean(1) - min(3, 2) * abs(-1.5)", -6)]
    [InlineData("mean(p*t) / (tp - tp)", 0)]
    [InlineData(" 1 - ( 2 - 3 ) / 4 / 2 ", 1.125)]
    public void Expression_follows_the_usual_rules(string formula, double wanted)
    {
        // p − t is ±0.3 everywhere but fp stands at the threshold's other side.
        float[] p = [0.7f, 0.7f, 0.3f, 0.3f], t = [1, 1, 0, 0];
        if (formula.Contains("fp", StringComparison.Ordinal)) p[2] = 0.9f;
        Assert.Equal(wanted, Of(new ExpressionMetric(formula), p, t, 1), 1e-6);
    }

    [Theory]
    [InlineData("tp +", "something is missing at the end")]
    [InlineData("p + 1", "must stand in sum(...) or mean(...)")]
    [InlineData("mean(p[2])", "a column must be from 0 to 1")]
    [InlineData("mean(tp)", "there is no 'tp' within sum or mean")]
    [InlineData("(tp", "')' is missing")]
    [InlineData("tp tp", "'t' is not expected")]
    [InlineData("foo(1)", "there is no 'foo'")]
    public void Expression_says_what_cannot_be_read(string formula, string message)
        => Assert.Contains(message, Assert.Throws<ArgumentException>(() => new ExpressionMetric(formula).Start(2)).Message, StringComparison.Ordinal);

    private static double Of(Metric metric, float[] predictions, float[] targets, int width)
    {
        var state = metric.Start(width);
        state.Update(new MetricRows { Items = predictions.Length / width, Width = width, Predictions = predictions, Targets = targets });
        return state.Result;
    }
}
