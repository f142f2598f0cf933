using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>What an evaluation found.</summary>
/// <param name="Account">Mean account of the batches, weighted by their rows; penalties included.</param>
/// <param name="Metrics">Figures over all rows, by output.</param>
public sealed record EvaluationResult(LedgerEntry Account, IReadOnlyList<MetricValue> Metrics)
{
    /// <summary>A figure by output and name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public double this[string output, string metric] => Metrics.FirstOrDefault(m => m.Output == output && m.Name == metric)?.Value
        ?? throw new ArgumentException($"There is no metric '{metric}' of an output '{output}'. Known: {string.Join(", ", Metrics.Select(m => $"{m.Output}.{m.Name}"))}.", nameof(metric));
}
