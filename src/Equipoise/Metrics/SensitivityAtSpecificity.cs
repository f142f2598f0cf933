using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>The best sensitivity that can be had with a specificity of at least a bound.</summary>
/// <param name="Specificity">The least specificity, 0 to 1.</param>
public sealed record SensitivityAtSpecificity(double Specificity = 0.5) : RateAtRateMetric
{
    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"sensitivity_at_specificity_{Specificity}");

    /// <inheritdoc/>
    protected internal override double Bound => Specificity;

    /// <inheritdoc/>
    protected internal override (double Wanted, double Bounded) Rates(double truePositives, double falsePositives, double positives, double negatives) =>
        (Labels.Ratio(truePositives, positives), Labels.Ratio(negatives - falsePositives, negatives));
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.SensitivityAtSpecificity"/>.</summary>
    public static readonly Entry<Metric> SensitivityAtSpecificity = Add("sensitivity_at_specificity", "best sensitivity with at least some specificity", new SensitivityAtSpecificity(), RateAtRateMetric.Settings<SensitivityAtSpecificity>(
        Setting<Metric>.Number<SensitivityAtSpecificity>("specificity", "the least specificity", get: x => x.Specificity, set: (x, v) => x with { Specificity = v }, minimum: 0, maximum: 1)));
}
