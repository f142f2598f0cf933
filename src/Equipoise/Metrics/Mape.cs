using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean absolute error in percent of the target.</summary>
/// <remarks>mean of 100 |p − t| / max(|t|, 1e-7): targets of 0 make it useless.</remarks>
public sealed record Mape : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "mape";

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target) => 100 * Math.Abs((double)prediction - target) / Math.Max(Math.Abs(target), Probability.Epsilon);
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Mape"/>.</summary>
    public static readonly Entry<Metric> Mape = Add("mean_absolute_percentage_error", "mean absolute error in percent of the target", new Mape()).Alias("mape");
}
