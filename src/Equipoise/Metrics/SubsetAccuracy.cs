using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Share of items of which every label is right.</summary>
/// <remarks>mean over items of [all (p > threshold) = t]. Class indices are read as one-hot rows.</remarks>
/// <param name="Threshold">A probability above it means yes; at it, no.</param>
public sealed record SubsetAccuracy(double Threshold = 0.5) : ItemMetric
{
    /// <inheritdoc/>
    public override string Name => "subset_accuracy";

    /// <inheritdoc/>
    protected internal override bool TakesClasses => true;

    /// <inheritdoc/>
    protected internal override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        for (int i = 0; i < prediction.Length; i++)
        {
            if ((prediction[i] > (float)Threshold ? 1 : 0) != Labels.Of(prediction, target, i)) return 0;
        }

        return 1;
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.SubsetAccuracy"/>.</summary>
    public static readonly Entry<Metric> SubsetAccuracy = Add("subset_accuracy", "share of items of which every label is right", new SubsetAccuracy(),
        Setting<Metric>.Number<SubsetAccuracy>("threshold", "a probability above it means yes", get: x => x.Threshold, set: (x, v) => x with { Threshold = v })).Alias("exact_match");
}
