using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean over the classes of the share of their items that are found: a rare class counts as much as a common one.</summary>
/// <remarks>mean of TP_k / t_k over the classes with t_k &gt; 0; those that do not occur are left out, as in scikit-learn. From 0 to 1; always one class gives 1 / classes.</remarks>
public sealed record BalancedAccuracy : MatrixMetric
{
    /// <inheritdoc/>
    public override string Name => "balanced_accuracy";

    /// <inheritdoc/>
    protected internal override double Figure(ReadOnlySpan<double> counts, int classes)
    {
        double sum = 0;
        int occurring = 0;
        for (int label = 0; label < classes; label++)
        {
            double wanted = Sums(counts, classes, label).True;
            if (wanted == 0) continue;
            occurring++;
            sum += counts[(label * classes) + label] / wanted;
        }

        return Labels.Ratio(sum, occurring);
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.BalancedAccuracy"/>.</summary>
    public static readonly Entry<Metric> BalancedAccuracy = Add("balanced_accuracy", "mean over classes of the share of their items that are found", new BalancedAccuracy(),
        Setting<Metric>.Number<BalancedAccuracy>("threshold", "at width 1: a probability above it means yes", get: x => x.Threshold, set: (x, v) => x with { Threshold = v }));
}
