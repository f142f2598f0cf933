using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Margin error of yes or no.</summary>
/// <remarks>mean of max(1 − t p, 0), t −1 or 1; a target of 0 is read as −1.</remarks>
public sealed record HingeMetric : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "hinge";

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target)
    {
        double sign = target == 0 ? -1 : target;
        return Math.Max(1 - sign * prediction, 0);
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.HingeMetric"/>.</summary>
    public static readonly Entry<Metric> HingeMetric = Add("hinge", "margin error of yes or no", new HingeMetric());
}
