using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>The best specificity that can be had with a sensitivity of at least a bound.</summary>
/// <param name="Sensitivity">The least sensitivity, 0 to 1.</param>
public sealed record SpecificityAtSensitivity(double Sensitivity = 0.5) : RateAtRateMetric
{
    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"specificity_at_sensitivity_{Sensitivity}");

    /// <inheritdoc/>
    protected internal override double Bound => Sensitivity;

    /// <inheritdoc/>
    protected internal override (double Wanted, double Bounded) Rates(double truePositives, double falsePositives, double positives, double negatives) =>
        (Labels.Ratio(negatives - falsePositives, negatives), Labels.Ratio(truePositives, positives));
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.SpecificityAtSensitivity"/>.</summary>
    public static readonly Entry<Metric> SpecificityAtSensitivity = Add("specificity_at_sensitivity", "best specificity with at least some sensitivity", new SpecificityAtSensitivity(), RateAtRateMetric.Settings<SpecificityAtSensitivity>(
        Setting<Metric>.Number<SpecificityAtSensitivity>("sensitivity", "the least sensitivity", get: x => x.Sensitivity, set: (x, v) => x with { Sensitivity = v }, minimum: 0, maximum: 1)));
}
