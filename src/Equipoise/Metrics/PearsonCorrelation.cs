using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Pearson's correlation of predictions and targets, −1 to 1.</summary>
/// <remarks>cov(p, t) / (σ(p) σ(t)): whether they go together, whatever their scales.</remarks>
public sealed record PearsonCorrelation : CorrelationMetric
{
    /// <inheritdoc/>
    public override string Name => Axis == CorrelationAxis.Items ? "pearson_correlation" : "pearson_correlation_row";

    /// <inheritdoc/>
    internal override double Of(in Moments moments) => moments.Pearson;
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.PearsonCorrelation"/>.</summary>
    public static readonly Entry<Metric> PearsonCorrelation = Add("pearson_correlation", "correlation of predictions and targets", new PearsonCorrelation(), CorrelationMetric.AxisSetting<PearsonCorrelation>());
}
