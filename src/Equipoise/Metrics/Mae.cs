using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean absolute error, in the unit of the data.</summary>
/// <remarks>mean |p − t|.</remarks>
public sealed record Mae : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "mae";

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target) => Math.Abs((double)prediction - target);
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Mae"/>.</summary>
    public static readonly Entry<Metric> Mae = Add("mean_absolute_error", "mean absolute error, in the unit of the data", new Mae()).Alias("mae");
}
