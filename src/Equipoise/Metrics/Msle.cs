using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean squared difference of logarithms.</summary>
/// <remarks>mean of (log(1 + p) − log(1 + t))², p and t raised to at least 1e-7.</remarks>
public sealed record Msle : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "msle";

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target)
    {
        double difference = Math.Log(1 + Math.Max((double)prediction, Probability.Epsilon)) - Math.Log(1 + Math.Max((double)target, Probability.Epsilon));
        return difference * difference;
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Msle"/>.</summary>
    public static readonly Entry<Metric> Msle = Add("mean_squared_logarithmic_error", "mean squared difference of logarithms", new Msle()).Alias("msle");
}
