using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Share of numbers that are right once rounded to whole ones: for counts and grades predicted as numbers.</summary>
/// <remarks>mean of [round(p) = round(t)], halves away from zero.</remarks>
public sealed record ExactWhenRounded : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "exact_when_rounded";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target) => Math.Round((double)prediction, MidpointRounding.AwayFromZero) == Math.Round((double)target, MidpointRounding.AwayFromZero) ? 1 : 0;
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.ExactWhenRounded"/>.</summary>
    public static readonly Entry<Metric> ExactWhenRounded = Add("exact_when_rounded", "share of numbers that are right once rounded", new ExactWhenRounded());
}
