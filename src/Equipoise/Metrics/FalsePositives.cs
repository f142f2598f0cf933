using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Number of labels that are predicted but not true, weighted.</summary>
public sealed record FalsePositives : CountMetric
{
    /// <inheritdoc/>
    public override string Name => "false_positives";

    /// <inheritdoc/>
    protected internal override bool Counts(bool predicted, bool wanted) => predicted && !wanted;
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.FalsePositives"/>.</summary>
    public static readonly Entry<Metric> FalsePositives = Add("false_positives", "number of labels that are predicted but not true", new FalsePositives(),
        Setting<Metric>.Number<FalsePositives>("threshold", "a probability above it means that the label is predicted", get: x => x.Threshold, set: (x, v) => x with { Threshold = v }));
}
