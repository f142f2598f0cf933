using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>How many of the true labels are predicted.</summary>
/// <remarks>TP / (TP + FN). For classes its macro mean is also called balanced accuracy. How labels are predicted: see <see cref="ConfusionMetric"/>.</remarks>
public sealed record Recall : ConfusionMetric
{
    /// <inheritdoc/>
    protected override string BaseName => "recall";

    /// <inheritdoc/>
    protected internal override double Score(double truePositives, double falsePositives, double falseNegatives) =>
        Labels.Ratio(truePositives, truePositives + falseNegatives);
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Recall"/>.</summary>
    public static readonly Entry<Metric> Recall = Add("recall", "how many of the true labels are predicted", new Recall(), ConfusionMetric.Settings<Recall>());
}
