using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Log loss of yes or no, each number by itself.</summary>
/// <remarks>mean of −(t log p + (1 − t) log(1 − p)), p clipped to [1e-7, 1 − 1e-7]. Class indices are read as one-hot rows.</remarks>
/// <param name="LabelSmoothing">How far targets are moved towards 1/2, 0 to 1.</param>
public sealed record BinaryCrossentropyMetric(double LabelSmoothing = 0) : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "binary_crossentropy";

    /// <inheritdoc/>
    protected internal override bool TakesClasses => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target)
    {
        double p = Probability.Clip(prediction), t = target * (1 - LabelSmoothing) + LabelSmoothing / 2;
        return -(t * Math.Log(p) + (1 - t) * Math.Log(1 - p));
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.BinaryCrossentropyMetric"/>.</summary>
    public static readonly Entry<Metric> BinaryCrossentropyMetric = Add("binary_crossentropy", "log loss of yes or no, each number by itself", new BinaryCrossentropyMetric(),
        Setting<Metric>.Number<BinaryCrossentropyMetric>("label_smoothing", "how far targets are moved away from certainty",
            get: x => x.LabelSmoothing, set: (x, v) => x with { LabelSmoothing = v }, minimum: 0, maximum: 1)).Alias("bce", "binary_log_loss");
}
