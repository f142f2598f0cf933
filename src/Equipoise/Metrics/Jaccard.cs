using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Overlap of predicted and true labels: intersection over union.</summary>
/// <remarks>TP / (TP + FP + FN). For sets the micro mean is over all labels and items; for classes the macro mean is the mean IoU. How labels are predicted: see <see cref="ConfusionMetric"/>.</remarks>
public sealed record Jaccard : ConfusionMetric
{
    /// <inheritdoc/>
    protected override string BaseName => "jaccard";

    /// <inheritdoc/>
    protected internal override double Score(double truePositives, double falsePositives, double falseNegatives) =>
        Labels.Ratio(truePositives, truePositives + falsePositives + falseNegatives);
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Jaccard"/>.</summary>
    public static readonly Entry<Metric> Jaccard = Add("jaccard", "intersection over union of predicted and true labels", new Jaccard(), ConfusionMetric.Settings<Jaccard>());
}
