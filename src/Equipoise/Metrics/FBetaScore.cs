using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean of precision and recall in which recall counts beta times as much.</summary>
/// <remarks>(1 + β²) TP / ((1 + β²) TP + β² FN + FP). Source: van Rijsbergen, "Information Retrieval", 1979, chapter 7. How labels are predicted: see <see cref="ConfusionMetric"/>.</remarks>
/// <param name="Beta">Weight of recall against precision, above 0.</param>
public sealed record FBetaScore(double Beta = 1) : ConfusionMetric
{
    /// <inheritdoc/>
    protected override string BaseName => FormattableString.Invariant($"f{Beta}");

    /// <inheritdoc/>
    protected internal override double Score(double truePositives, double falsePositives, double falseNegatives) =>
        Labels.Ratio((1 + Beta * Beta) * truePositives, (1 + Beta * Beta) * truePositives + Beta * Beta * falseNegatives + falsePositives);
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.FBetaScore"/>.</summary>
    public static readonly Entry<Metric> FBetaScore = Add("fbeta", "mean of precision and recall, recall counting beta times as much", new FBetaScore(), ConfusionMetric.Settings<FBetaScore>(
        Setting<Metric>.Number<FBetaScore>("beta", "weight of recall against precision", get: x => x.Beta, set: (x, v) => x with { Beta = v }, above: 0))).Alias("fbeta_score", "f_beta");
}
