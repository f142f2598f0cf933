namespace Equipoise.Advice;

/// <summary>The figures of numbers, in the unit of their column.</summary>
internal static class NumberStatistics
{
    /// <summary>The figures. <paramref name="values"/> [labelled] are finite and will be sorted.</summary>
    public static IReadOnlyList<Statistic> Of(double[] values)
    {
        if (values.Length == 0) return [];
        Array.Sort(values);
        double mean = values.Average(), variance = values.Sum(v => (v - mean) * (v - mean)) / values.Length;
        double median = Quantile(values, 0.5), lower = Quantile(values, 0.25), upper = Quantile(values, 0.75);
        int distinct = 1;
        for (int i = 1; i < values.Length; i++) distinct += values[i] != values[i - 1] ? 1 : 0;
        double[]? logs = values[0] >= 0 ? [.. values.Select(v => values[0] > 0 ? Math.Log(v) : Math.Log(1 + v))] : null;
        return
        [
            new("least", values[0], "the least value"),
            new("median", median, "half of the values are below"),
            new("most", values[^1], "the largest value"),
            new("mean", mean, "the mean"),
            new("deviation", Math.Sqrt(variance), "the standard deviation"),
            new("robust_deviation", RobustOutliers.Deviation(values, median), "1.4826 × the median distance from the median: the standard deviation of what is no outlier"),
            new("outlier_share", RobustOutliers.Share(values, median), "share of values more than 3.5 robust deviations from the median"),
            new("fence_share", RobustOutliers.FenceShare(values, lower, upper), "share of values more than 3 quartile distances outside the quartiles"),
            new("tail_index", TailIndex.Hill(values, median), "Hill's tail index of the distance from the median: the smaller, the heavier; about 5 for a normal distribution, moments from this order on do not exist"),
            new("skew", Skewness.Of(values), "skewness; 0 if symmetric"),
            new("log_skew", logs is null ? double.NaN : Skewness.Of(logs), values[0] > 0 ? "skewness of ln x" : "skewness of ln(1 + x)"),
            new("log_outlier_share", logs is null ? double.NaN : RobustOutliers.Share(logs, Quantile(logs, 0.5)), "share of outliers after the logarithm"),
            new("zero_share", (double)values.Count(v => v == 0) / values.Length, "share of values that are exactly 0"),
            new("whole_share", (double)values.Count(v => v == Math.Floor(v)) / values.Length, "share of whole numbers"),
            new("distinct", distinct, "different values"),
            new("dispersion", Dispersion.Of(mean, variance), "variance ÷ mean; 1 for Poisson counts, more if over-dispersed"),
            new("evenness", Evenness.Of(values), "entropy of the values ÷ that of equally frequent ones; 1 if each is as frequent"),
        ];
    }

    /// <summary>The value that a share of <paramref name="sorted"/> is below, between two values in proportion.</summary>
    public static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[^1];
    }
}
