using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean of the logarithm of the hyperbolic cosine of the error.</summary>
/// <remarks>mean of |e| + log(1 + e^(−2|e|)) − log 2, e = p − t.</remarks>
public sealed record LogCoshMetric : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "log_cosh";

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target)
    {
        double error = Math.Abs((double)prediction - target);
        return error + Math.Log(1 + Math.Exp(-2 * error)) - Math.Log(2);
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.LogCoshMetric"/>.</summary>
    public static readonly Entry<Metric> LogCoshMetric = Add("log_cosh", "logarithm of the hyperbolic cosine of the error", new LogCoshMetric()).Alias("logcosh", "log_cosh_error");
}
