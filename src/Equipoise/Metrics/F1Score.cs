using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Harmonic mean of precision and recall.</summary>
/// <remarks>2 TP / (2 TP + FP + FN). Keras adds 1e-7 to denominators, so its best score is 0.9999999; here it is 1. How labels are predicted: see <see cref="ConfusionMetric"/>.</remarks>
public sealed record F1Score : ConfusionMetric
{
    /// <inheritdoc/>
    protected override string BaseName => "f1";

    /// <inheritdoc/>
    protected internal override double Score(double truePositives, double falsePositives, double falseNegatives) =>
        Labels.Ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.F1Score"/>.</summary>
    public static readonly Entry<Metric> F1Score = Add("f1", "harmonic mean of precision and recall", new F1Score(), ConfusionMetric.Settings<F1Score>()).Alias("f1_score");
}
