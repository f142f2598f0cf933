using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean of the predictions, whatever the targets: to see whether an output drifts.</summary>
/// <remarks>Σ weight × p / Σ weight, over items and columns; per label: of each column. The Mean of Keras 3 on predictions. Neither more nor less is better.</remarks>
public sealed record PredictionMean : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "prediction_mean";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.None;

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <inheritdoc/>
    protected internal override bool TakesClasses => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target) => prediction;
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.PredictionMean"/>.</summary>
    public static readonly Entry<Metric> PredictionMean = Add("prediction_mean", "mean of the predictions", new PredictionMean()).Alias("mean");
}
