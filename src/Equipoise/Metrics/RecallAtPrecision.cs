using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>The best recall that can be had with a precision of at least a bound.</summary>
/// <param name="Precision">The least precision, 0 to 1.</param>
public sealed record RecallAtPrecision(double Precision = 0.5) : RateAtRateMetric
{
    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"recall_at_precision_{Precision}");

    /// <inheritdoc/>
    protected internal override double Bound => Precision;

    /// <inheritdoc/>
    protected internal override (double Wanted, double Bounded) Rates(double truePositives, double falsePositives, double positives, double negatives) =>
        (Labels.Ratio(truePositives, positives), Labels.Ratio(truePositives, truePositives + falsePositives));
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.RecallAtPrecision"/>.</summary>
    public static readonly Entry<Metric> RecallAtPrecision = Add("recall_at_precision", "best recall with at least some precision", new RecallAtPrecision(), RateAtRateMetric.Settings<RecallAtPrecision>(
        Setting<Metric>.Number<RecallAtPrecision>("precision", "the least precision", get: x => x.Precision, set: (x, v) => x with { Precision = v }, minimum: 0, maximum: 1)));
}
