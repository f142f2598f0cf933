using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Divergence of predicted from wanted probabilities.</summary>
/// <remarks>mean over items of Σ t log(t / p), both clipped to [1e-7, 1].</remarks>
public sealed record KLDivergenceMetric : ItemMetric
{
    /// <inheritdoc/>
    public override string Name => "kl_divergence";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <inheritdoc/>
    protected internal override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        double value = 0;
        for (int i = 0; i < prediction.Length; i++)
        {
            double t = Math.Clamp(target[i], Probability.Epsilon, 1f), p = Math.Clamp(prediction[i], Probability.Epsilon, 1f);
            value += t * Math.Log(t / p);
        }

        return value;
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.KLDivergenceMetric"/>.</summary>
    public static readonly Entry<Metric> KLDivergenceMetric = Add("kl_divergence", "divergence of predicted from wanted probabilities", new KLDivergenceMetric()).Alias("kullback_leibler_divergence", "kld");
}
