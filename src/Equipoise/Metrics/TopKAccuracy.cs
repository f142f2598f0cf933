using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Share of items whose right class is among the k largest predictions.</summary>
/// <remarks>Ties count as hits: fewer than k predictions must be larger than that of the right class. Targets as for categorical accuracy. Always 1 when there are no more than k classes.</remarks>
/// <param name="K">How many predictions are looked at.</param>
public sealed record TopKAccuracy(int K = 5) : ItemMetric
{
    /// <inheritdoc/>
    public override string Name => $"top_{K}_accuracy";

    /// <inheritdoc/>
    protected internal override bool TakesClasses => true;

    /// <inheritdoc/>
    protected internal override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        int wanted = Labels.Class(prediction, target), larger = 0;
        if ((uint)wanted >= (uint)prediction.Length || float.IsNaN(prediction[wanted])) return 0;
        foreach (float number in prediction)
        {
            if (number > prediction[wanted]) larger++;
        }

        return larger < K ? 1 : 0;
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.TopKAccuracy"/>.</summary>
    public static readonly Entry<Metric> TopKAccuracy = Add("top_k_accuracy", "share of items whose right class is among the k largest predictions", new TopKAccuracy(),
        Setting<Metric>.Integer<TopKAccuracy>("k", "how many predictions are looked at", get: x => x.K, set: (x, v) => x with { K = v }, minimum: 1)).Alias("top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy");
}
