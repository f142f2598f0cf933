using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean squared error, in the square of the unit of the data.</summary>
/// <remarks>mean (p − t)².</remarks>
public sealed record Mse : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "mse";

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target) => ((double)prediction - target) * ((double)prediction - target);
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Mse"/>.</summary>
    public static readonly Entry<Metric> Mse = Add("mean_squared_error", "mean squared error", new Mse()).Alias("mse");
}
