using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Number of labels that are neither predicted nor true, weighted.</summary>
public sealed record TrueNegatives : CountMetric
{
    /// <inheritdoc/>
    public override string Name => "true_negatives";

    /// <inheritdoc/>
    protected internal override bool Counts(bool predicted, bool wanted) => !predicted && !wanted;
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.TrueNegatives"/>.</summary>
    public static readonly Entry<Metric> TrueNegatives = Add("true_negatives", "number of labels that are neither predicted nor true", new TrueNegatives(),
        Setting<Metric>.Number<TrueNegatives>("threshold", "a probability above it means that the label is predicted", get: x => x.Threshold, set: (x, v) => x with { Threshold = v }));
}
