using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Number of labels that are predicted and true, weighted.</summary>
public sealed record TruePositives : CountMetric
{
    /// <inheritdoc/>
    public override string Name => "true_positives";

    /// <inheritdoc/>
    protected internal override bool Counts(bool predicted, bool wanted) => predicted && wanted;
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.TruePositives"/>.</summary>
    public static readonly Entry<Metric> TruePositives = Add("true_positives", "number of labels that are predicted and true", new TruePositives(),
        Setting<Metric>.Number<TruePositives>("threshold", "a probability above it means that the label is predicted", get: x => x.Threshold, set: (x, v) => x with { Threshold = v }));
}
