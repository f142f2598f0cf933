using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>Losses and metrics for a number.</summary>
/// <remarks>
/// The form comes first (<see cref="NumberForm"/>), and from it the order. Where Huber's loss is proposed, delta = 1.345 × the robust deviation, in the unit that the loss sees (that of the standardised target, or of its
/// logarithm): then it is 95 % as good as squared errors if there are no outliers. Residuals get smaller than labels as the model learns, so delta is a beginning, on the large side.
/// Source of 1.345: Huber, "Robust Statistics", 1981.
/// </remarks>
internal static class NumberRanking
{
    private const double Efficient = 1.345;
    private const double SkewBound = 1.5;
    private const double OutlierBound = 0.01;
    private const double FewestOutliers = 4.5; // five, whatever the shares are rounded to
    private const double HeavyTailIndex = 2.5;
    private const double ZeroBound = 0.2;

    /// <summary>The form of the numbers.</summary>
    public static NumberForm FormOf(LabelStatistics s)
    {
        // Values that are about equally frequent are no counts: they may be names, or steps of a scale.
        bool count = s["whole_share"] == 1 && s["least"] is 0 or 1 && s["median"] < 100 && s["distinct"] > 2 && !(s["evenness"] >= NumbersAsNamesRule.Even);
        if (count && s["dispersion"] <= 1.5) return s["dispersion"] < 0.75 ? NumberForm.UnderDispersedCount : NumberForm.Count;
        if (count && s["skew"] >= 1) return NumberForm.OverDispersedCount;
        if (s["least"] >= 0 && s["zero_share"] >= ZeroBound) return NumberForm.ZeroInflated;
        if (s["least"] >= 0 && s["skew"] >= SkewBound && Math.Abs(s["log_skew"]) <= 0.5 * s["skew"]) return NumberForm.HeavyTail;
        return HasOutliers(s) || s["tail_index"] < HeavyTailIndex ? NumberForm.Outliers : NumberForm.Plain;
    }

    // One value in a hundred, and not just the odd one of a small table.
    private static bool HasOutliers(LabelStatistics s) => s["outlier_share"] >= OutlierBound && s["outlier_share"] * s["rows"] * (1 - s["missing_share"]) >= FewestOutliers;

    /// <summary>What the form was seen by, with the value.</summary>
    public static string DeciderOf(NumberForm form, LabelStatistics s) => form switch
    {
        NumberForm.Count or NumberForm.OverDispersedCount or NumberForm.UnderDispersedCount => Decider("dispersion", s["dispersion"]),
        NumberForm.ZeroInflated => Decider("zero_share", s["zero_share"]),
        NumberForm.HeavyTail => $"{Decider("skew", s["skew"])}, {Decider("log_skew", s["log_skew"])}",
        NumberForm.Outliers => HasOutliers(s) ? Decider("outlier_share", s["outlier_share"]) : Decider("tail_index", s["tail_index"]),
        _ => $"{Decider("outlier_share", s["outlier_share"])}, {Decider("skew", s["skew"])}",
    };

    /// <summary>The losses, best first.</summary>
    public static IReadOnlyList<RankedChoice> Losses(LabelStatistics s)
    {
        var form = FormOf(s);
        string by = DeciderOf(form, s);
        string logarithm = s["least"] > 0 ? "log" : "log1p";
        var log = Loss("mean_squared_error", "as many times too much costs as much as as many times too little; the tail is drawn in", by, Scalar("transform", logarithm), Scalar("standardise", "true"));
        var logHuber = Loss("huber", "the logarithm draws the tail in, and Huber what still lies outside", $"{Decider("log_outlier_share", s["log_outlier_share"])}", Scalar("transform", logarithm), Scalar("standardise", "true"));
        var squared = Loss("mean_squared_error", "the mean is what is wanted, and no value is so far off that it would rule the gradient", by);
        var huber = Loss("huber", "outliers pull with a bounded force", by) with { Keys = [new("loss", HuberNode(s))] };
        var absolute = Loss("mean_absolute_error", "it learns the median, which outliers do not move", by);
        var poisson = Loss("poisson", "counts that scatter as their mean: its gradient knows that, and predictions are never negative", by);
        var tweedie = Loss("tweedie", "many zeros and a long tail in one distribution; it learns the mean, in the unit of the column, so totals come out right", by);
        var inflated = Loss("zero_inflated_log_normal", "whether there is any, and how much if so, in one output of three numbers; it learns the mean, so totals come out right", by);
        bool after = s["log_outlier_share"] >= OutlierBound;
        return form switch
        {
            NumberForm.Count => [poisson, squared, tweedie],
            NumberForm.OverDispersedCount => [log, tweedie, poisson],
            NumberForm.UnderDispersedCount => [squared, poisson],
            NumberForm.ZeroInflated => [log, tweedie, inflated],
            NumberForm.HeavyTail => after ? [logHuber, log, huber, absolute] : [log, huber, absolute],
            NumberForm.Outliers => [huber, absolute, squared],
            _ => [squared, huber, absolute],
        };
    }

    /// <summary>The metrics, best first.</summary>
    public static IReadOnlyList<RankedChoice> Metrics(LabelStatistics s)
    {
        var form = FormOf(s);
        string by = DeciderOf(form, s);
        var absolute = Metric("mae", "a mean error in the unit of the column, which outliers do not rule", by);
        var root = Metric("rmse", "a mean error in the unit of the column, in which large errors count more", by);
        var r2 = Metric("r2", "share of the variance that is explained, comparable between outputs", by);
        var logR2 = Metric("{r2: {log1p: true}}", "share of the variance of ln(1 + x) that is explained: the tail does not rule it", by);
        var ranks = Metric("spearman_correlation", "whether the order is right, whatever the scale", by);
        var exact = Metric("exact_when_rounded", "how often the count is right", by);
        return form switch
        {
            NumberForm.Count or NumberForm.UnderDispersedCount => [absolute, exact, r2],
            NumberForm.OverDispersedCount or NumberForm.ZeroInflated or NumberForm.HeavyTail => [absolute, logR2, ranks],
            NumberForm.Outliers => [absolute, ranks, r2],
            _ => [absolute, root, r2],
        };
    }

    /// <summary>Huber's loss with the proposed delta for a standardised target.</summary>
    public static SettingNode HuberNode(LabelStatistics s)
        => SettingNode.Map([new("huber", SettingNode.Of(Round(Math.Clamp(Efficient * s["robust_deviation"] / Math.Max(s["deviation"], double.Epsilon), 0.02, 3))))]);

    /// <summary>A name and a figure, short.</summary>
    public static string Decider(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value:G3}");

    private static RankedChoice Loss(string name, string reason, string by, params SettingEntry[] further)
        => new(name, [.. further, new SettingEntry("loss", SettingNode.Of(name))], reason, by);

    private static RankedChoice Metric(string name, string reason, string by) => new(name, [], reason, by);

    private static SettingEntry Scalar(string key, string value) => new(key, SettingNode.Of(value));

    private static double Round(double value) => double.Parse(value.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
