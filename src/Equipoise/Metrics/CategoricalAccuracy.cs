using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Share of items whose largest prediction is that of the right class.</summary>
/// <remarks>Targets are class indices, or rows whose largest number is the class. Of equal numbers the first is taken.</remarks>
public sealed record CategoricalAccuracy : ItemMetric
{
    /// <inheritdoc/>
    public override string Name => "categorical_accuracy";

    /// <inheritdoc/>
    protected internal override bool TakesClasses => true;

    /// <inheritdoc/>
    protected internal override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        return Labels.Largest(prediction) == Labels.Class(prediction, target) ? 1 : 0;
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.CategoricalAccuracy"/>.</summary>
    public static readonly Entry<Metric> CategoricalAccuracy = Add("categorical_accuracy", "share of items whose largest prediction is the right class", new CategoricalAccuracy()).Alias("sparse_categorical_accuracy");
}
