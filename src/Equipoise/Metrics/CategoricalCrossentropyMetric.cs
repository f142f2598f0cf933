using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Log loss of one answer out of several.</summary>
/// <remarks>mean of −Σ t log p, p divided by its sum and clipped to [1e-7, 1 − 1e-7]. Targets are class indices, one-hot rows or probabilities.</remarks>
/// <param name="LabelSmoothing">How far targets are moved towards the uniform distribution, 0 to 1.</param>
public sealed record CategoricalCrossentropyMetric(double LabelSmoothing = 0) : ItemMetric
{
    /// <inheritdoc/>
    public override string Name => "categorical_crossentropy";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <inheritdoc/>
    protected internal override bool TakesClasses => true;

    /// <inheritdoc/>
    protected internal override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        float sum = 0;
        foreach (float number in prediction) sum += number;
        double value = 0;
        for (int i = 0; i < prediction.Length; i++)
        {
            double t = Labels.Of(prediction, target, i) * (1 - LabelSmoothing) + LabelSmoothing / prediction.Length;
            if (t != 0) value -= t * Math.Log(Probability.Clip(prediction[i] / sum));
        }

        return value;
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.CategoricalCrossentropyMetric"/>.</summary>
    public static readonly Entry<Metric> CategoricalCrossentropyMetric = Add("categorical_crossentropy", "log loss of one answer out of several", new CategoricalCrossentropyMetric(),
        Setting<Metric>.Number<CategoricalCrossentropyMetric>("label_smoothing", "how far targets are moved away from certainty",
            get: x => x.LabelSmoothing, set: (x, v) => x with { LabelSmoothing = v }, minimum: 0, maximum: 1)).Alias("sparse_categorical_crossentropy", "log_loss");
}
