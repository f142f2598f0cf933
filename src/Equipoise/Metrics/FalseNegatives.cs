using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Number of labels that are true but not predicted, weighted.</summary>
public sealed record FalseNegatives : CountMetric
{
    /// <inheritdoc/>
    public override string Name => "false_negatives";

    /// <inheritdoc/>
    protected internal override bool Counts(bool predicted, bool wanted) => !predicted && wanted;
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.FalseNegatives"/>.</summary>
    public static readonly Entry<Metric> FalseNegatives = Add("false_negatives", "number of labels that are true but not predicted", new FalseNegatives(),
        Setting<Metric>.Number<FalseNegatives>("threshold", "a probability above it means that the label is predicted", get: x => x.Threshold, set: (x, v) => x with { Threshold = v }));
}
