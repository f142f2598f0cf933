using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Share of wrong labels: one minus binary accuracy.</summary>
/// <remarks>mean of [(p > threshold) ≠ t]. Class indices are read as one-hot rows.</remarks>
/// <param name="Threshold">A probability above it means yes; at it, no.</param>
public sealed record HammingLoss(double Threshold = 0.5) : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "hamming_loss";

    /// <inheritdoc/>
    protected internal override bool TakesClasses => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target) => (prediction > (float)Threshold ? 1 : 0) == target ? 0 : 1;
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.HammingLoss"/>.</summary>
    public static readonly Entry<Metric> HammingLoss = Add("hamming_loss", "share of wrong labels", new HammingLoss(),
        Setting<Metric>.Number<HammingLoss>("threshold", "a probability above it means yes", get: x => x.Threshold, set: (x, v) => x with { Threshold = v }));
}
