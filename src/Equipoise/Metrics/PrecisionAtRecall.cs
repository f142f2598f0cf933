using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>The best precision that can be had with a recall of at least a bound.</summary>
/// <param name="Recall">The least recall, 0 to 1.</param>
public sealed record PrecisionAtRecall(double Recall = 0.5) : RateAtRateMetric
{
    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"precision_at_recall_{Recall}");

    /// <inheritdoc/>
    protected internal override double Bound => Recall;

    /// <inheritdoc/>
    protected internal override (double Wanted, double Bounded) Rates(double truePositives, double falsePositives, double positives, double negatives) =>
        (Labels.Ratio(truePositives, truePositives + falsePositives), Labels.Ratio(truePositives, positives));
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.PrecisionAtRecall"/>.</summary>
    public static readonly Entry<Metric> PrecisionAtRecall = Add("precision_at_recall", "best precision with at least some recall", new PrecisionAtRecall(), RateAtRateMetric.Settings<PrecisionAtRecall>(
        Setting<Metric>.Number<PrecisionAtRecall>("recall", "the least recall", get: x => x.Recall, set: (x, v) => x with { Recall = v }, minimum: 0, maximum: 1)));
}
