using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Share of targets between the first and the last number of the prediction: for quantiles 0.05 and 0.95 it should be 0.9.</summary>
/// <remarks>mean over items of the share of target numbers t between the first and the last number, whichever is the smaller; a target at one of them is inside. Neither more nor less is better: wide intervals cover much.</remarks>
public sealed record IntervalCoverage : ItemMetric
{
    /// <inheritdoc/>
    public override string Name => "interval_coverage";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.None;

    /// <inheritdoc/>
    public override bool JudgesQuantiles => true;

    /// <inheritdoc/>
    protected internal override bool TakesClasses => true;            // one number beside several predictions

    /// <inheritdoc/>
    protected internal override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        double inside = 0;
        float low = Math.Min(prediction[0], prediction[^1]), high = Math.Max(prediction[0], prediction[^1]);
        foreach (float number in target) inside += low <= number && number <= high ? 1 : 0;
        return inside / target.Length;
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.IntervalCoverage"/>.</summary>
    public static readonly Entry<Metric> IntervalCoverage = Add("interval_coverage", "share of targets between the first and the last number of the prediction", new IntervalCoverage());
}
