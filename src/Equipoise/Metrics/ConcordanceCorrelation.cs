using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Lin's concordance of predictions and targets, −1 to 1.</summary>
/// <remarks>2 cov(p, t) / (var p + var t + (mean p − mean t)² + 1e-7): a correlation that also wants the same mean and scale. Source: Lin, "A Concordance Correlation Coefficient to Evaluate Reproducibility", 1989.</remarks>
public sealed record ConcordanceCorrelation : CorrelationMetric
{
    /// <inheritdoc/>
    public override string Name => Axis == CorrelationAxis.Items ? "concordance_correlation" : "concordance_correlation_row";

    /// <inheritdoc/>
    internal override double Of(in Moments moments) => moments.Concordance;
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.ConcordanceCorrelation"/>.</summary>
    public static readonly Entry<Metric> ConcordanceCorrelation = Add("concordance_correlation", "correlation that also wants the same mean and scale", new ConcordanceCorrelation(), CorrelationMetric.AxisSetting<ConcordanceCorrelation>());
}
