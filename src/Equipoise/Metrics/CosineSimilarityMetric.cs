using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean cosine of the angle between prediction and target; 1 is best.</summary>
/// <remarks>mean over items of Σ t p / (max(|t|, 1e-7) max(|p|, 1e-7)). The sign is opposite to that of the loss of the same name.</remarks>
public sealed record CosineSimilarityMetric : ItemMetric
{
    /// <inheritdoc/>
    public override string Name => "cosine_similarity";

    /// <inheritdoc/>
    protected internal override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        double inner = 0, squaredPrediction = 0, squaredTarget = 0;
        for (int i = 0; i < prediction.Length; i++)
        {
            inner += (double)target[i] * prediction[i];
            squaredPrediction += (double)prediction[i] * prediction[i];
            squaredTarget += (double)target[i] * target[i];
        }

        return inner / (Math.Max(Math.Sqrt(squaredPrediction), Probability.Epsilon) * Math.Max(Math.Sqrt(squaredTarget), Probability.Epsilon));
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.CosineSimilarityMetric"/>.</summary>
    public static readonly Entry<Metric> CosineSimilarityMetric = Add("cosine_similarity", "mean cosine of the angle between prediction and target", new CosineSimilarityMetric());
}
