using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Margin error of one answer out of several.</summary>
/// <remarks>mean of max(best wrong − right + 1, 0). Targets are class indices or one-hot rows.</remarks>
public sealed record CategoricalHingeMetric : ItemMetric
{
    /// <inheritdoc/>
    public override string Name => "categorical_hinge";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <inheritdoc/>
    protected internal override bool TakesClasses => true;

    /// <inheritdoc/>
    protected internal override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        double wrong = double.NegativeInfinity, right = 0;
        for (int i = 0; i < prediction.Length; i++)
        {
            double t = Labels.Of(prediction, target, i);
            right += t * prediction[i];
            wrong = Math.Max(wrong, (1 - t) * prediction[i]);
        }

        return Math.Max(wrong - right + 1, 0);
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.CategoricalHingeMetric"/>.</summary>
    public static readonly Entry<Metric> CategoricalHingeMetric = Add("categorical_hinge", "margin error of one answer out of several", new CategoricalHingeMetric());
}
