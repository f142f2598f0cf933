using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>How many of the predicted labels are right.</summary>
/// <remarks>TP / (TP + FP). How labels are predicted: see <see cref="ConfusionMetric"/>.</remarks>
public sealed record Precision : ConfusionMetric
{
    /// <inheritdoc/>
    protected override string BaseName => "precision";

    /// <inheritdoc/>
    protected internal override double Score(double truePositives, double falsePositives, double falseNegatives) =>
        Labels.Ratio(truePositives, truePositives + falsePositives);
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Precision"/>.</summary>
    public static readonly Entry<Metric> Precision = Add("precision", "how many of the predicted labels are right", new Precision(), ConfusionMetric.Settings<Precision>());
}
