using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Root of the mean squared error, in the unit of the data.</summary>
/// <remarks>√ mean (p − t)²; one mean over all items and columns, so it is not the mean of the columns' roots.</remarks>
public sealed record Rmse : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "rmse";

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target) => ((double)prediction - target) * ((double)prediction - target);

    /// <inheritdoc/>
    protected internal override double Finish(double mean) => Math.Sqrt(mean);
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Rmse"/>.</summary>
    public static readonly Entry<Metric> Rmse = Add("root_mean_squared_error", "root of the mean squared error, in the unit of the data", new Rmse()).Alias("rmse");
}
