using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean cost of an answer, where mistakes cost different amounts: a sick person sent home more than a healthy one kept.</summary>
/// <remarks>
/// Σ cost[true, predicted] × count / Σ count, in the unit of the costs. Costs are given line after line, a line for each true class; none given: 1 for every mistake, 0 for a right answer. A gain is a negative cost.
/// The predicted class is the largest number, not the one of least expected cost: for two classes move the threshold to (cost of a false alarm) / (that + cost of a miss).
/// </remarks>
public sealed record CostMatrix : MatrixMetric
{
    /// <summary>classes × classes numbers, line after line; empty: 1 for every mistake.</summary>
    public IReadOnlyList<double> Costs { get; init; } = [];

    /// <inheritdoc/>
    public override string Name => "cost_matrix";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <inheritdoc/>
    public override MetricState Start(int width)
    {
        int classes = Math.Max(width, 2);
        return Costs.Count == 0 || Costs.Count == classes * classes
            ? base.Start(width)
            : throw new ArgumentException($"Metric 'cost_matrix' has {Costs.Count} costs, but {classes} classes want {classes} × {classes} = {classes * classes}.", nameof(width));
    }

    /// <inheritdoc/>
    protected internal override double Figure(ReadOnlySpan<double> counts, int classes)
    {
        double cost = 0, all = 0;
        for (int at = 0; at < counts.Length; at++)
        {
            cost += counts[at] * (Costs.Count > 0 ? Costs[at] : at / classes == at % classes ? 0 : 1);
            all += counts[at];
        }

        return Labels.Ratio(cost, all);
    }

    /// <summary>Whether threshold and costs are the same.</summary>
    public bool Equals(CostMatrix? other) => other is not null && Threshold.Equals(other.Threshold) && Costs.SequenceEqual(other.Costs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Threshold, Costs.Count);
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.CostMatrix"/>.</summary>
    public static readonly Entry<Metric> CostMatrix = Add("cost_matrix", "mean cost of an answer, where mistakes cost different amounts", new CostMatrix(),
        Setting<Metric>.Numbers<CostMatrix>("costs", "a line for each true class, line after line; none given: 1 for every mistake", get: x => x.Costs, set: (x, v) => x with { Costs = v }),
        Setting<Metric>.Number<CostMatrix>("threshold", "at width 1: a probability above it means yes", get: x => x.Threshold, set: (x, v) => x with { Threshold = v }));
}
