using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Squared distance of the probabilities from what happened: it rewards probabilities that are right as numbers, not only on the right side.</summary>
/// <remarks>mean over items of Σ (p − t)² over the numbers of an item: from 0 to 1 at width 1, to 2 for exclusive classes. Class indices are read as one-hot rows.
/// Source: Brier, "Verification of forecasts expressed in terms of probability", 1950, equation 2; at width 1 half of it, as in scikit-learn.</remarks>
public sealed record BrierScore : ItemMetric
{
    /// <inheritdoc/>
    public override string Name => "brier_score";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <inheritdoc/>
    protected internal override bool TakesClasses => true;

    /// <inheritdoc/>
    protected internal override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        double sum = 0;
        for (int i = 0; i < prediction.Length; i++)
        {
            double error = (double)prediction[i] - Labels.Of(prediction, target, i);
            sum += error * error;
        }

        return sum;
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.BrierScore"/>.</summary>
    public static readonly Entry<Metric> BrierScore = Add("brier_score", "squared distance of probabilities from what happened", new BrierScore());
}
