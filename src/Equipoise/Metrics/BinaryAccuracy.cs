using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Share of right yes-or-no answers, each number by itself.</summary>
/// <remarks>mean of [(p > threshold) = t]. With many labels of which few are true it is high whatever is predicted: see F1. Class indices are read as one-hot rows.</remarks>
/// <param name="Threshold">A probability above it means yes; at it, no.</param>
public sealed record BinaryAccuracy(double Threshold = 0.5) : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "binary_accuracy";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    protected internal override bool TakesClasses => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target) => (prediction > (float)Threshold ? 1 : 0) == target ? 1 : 0;
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.BinaryAccuracy"/>.</summary>
    public static readonly Entry<Metric> BinaryAccuracy = Add("binary_accuracy", "share of right yes-or-no answers", new BinaryAccuracy(),
        Setting<Metric>.Number<BinaryAccuracy>("threshold", "a probability above it means yes", get: x => x.Threshold, set: (x, v) => x with { Threshold = v }));
}
