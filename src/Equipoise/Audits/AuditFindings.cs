using static Equipoise.Audits.AuditFigures;

namespace Equipoise.Audits;

/// <summary>What is worth knowing beside the explanation: what the leftover means, whether a part is in the total at all, whether the parts progress alike.</summary>
internal sealed class AuditFindings(AuditData data, ColumnRoles roles, AuditOptions options)
{
    /// <summary>How each part went down: medians of the first and the last tenth of the lines.</summary>
    public PartConvergence[] Convergence(LossExplanation best)
    {
        int span = Math.Max(1, data.Rows / 10);
        static double Median(IEnumerable<double> values)
        {
            double[] sorted = [.. values.Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
        double total = Median(data.Total[^span..]);
        return [.. Enumerable.Range(0, data.Count).Select(i =>
        {
            double last = Median(data.Parts[i][^span..]), weight = best.Weights.Count > 0 ? best.Weights[i].Value : double.NaN;
            return new PartConvergence(roles.Parts[i], Median(data.Parts[i][..span]), last, total > 0 ? weight * last / total : double.NaN);
        })];
    }

    /// <summary>The findings, each a sentence or more.</summary>
    public IEnumerable<string> Of(LossExplanation best, Candidate winner, PartConvergence[] convergence)
    {
        if (best.Leftover is { } left && winner.Leftover == Leftover.Slow)
        {
            string trend = left.Last < 0.98 * left.First ? "falls" : left.Last > 1.02 * left.First ? "rises" : "stays";
            yield return $"The term that is not printed {trend} from {Number(left.First)} ({Percent(left.FirstShare)} of the total) to {Number(left.Last)} ({Percent(left.LastShare)}). A penalty of the network's weights moves like that: it is λ·Σθ² for L2.";
            yield return options.L2 is { } lambda
                ? $"With λ = {Weight(lambda)}, Σθ² goes from {Number(left.First / lambda)} to {Number(left.Last / lambda)}."
                : $"For λ = 0.01, Σθ² would be {Number(left.Last / 0.01)} at the end; '--l2 LAMBDA' computes it for yours.";
        }
        if (winner.Rule == WeightRule.LogVariance)
            yield return $"Learned weights (s = ln σ²): the log terms go from {Number(best.Leftover!.First)} to {Number(best.Leftover.Last)}. They may be negative, and so may the total: judge by the parts.";
        if (winner.Leftover == Leftover.Scatter && options is { Rows: { } n, BatchSize: { } size } && size > 0 && n > size)
        {
            long full = n / size, last = n % size;
            if (last == 0) yield return $"{n} rows make {full} whole batches of {size}: no batch is short, so that is not the cause.";
            else
            {
                double factor = (1.0 / (full + 1)) - ((double)last / n);
                yield return $"The last batch has {last} rows instead of {size}: a mean over batches differs from one over rows by {Number(factor)} × (mean of that batch − mean of the others). The differences here mean that its loss is off by {Percent(Math.Min(99, winner.Scatter / factor))} or so.";
            }
        }
        foreach (var interval in best.Weights.Where(w => double.IsNaN(winner.Fixed[Index(w.Part)]) && w.Least == 0 && w.Value * data.Size(Index(w.Part)) < 0.02 * data.Scale))
            yield return $"{interval.Part} may not be in the total at all: its weight can be 0.";
        var measured = convergence.Where(c => !double.IsNaN(c.Factor)).ToArray();
        if (data.Rows >= 5 && measured.Length > 1)
        {
            PartConvergence fast = measured.MaxBy(c => c.Factor)!, slow = measured.MinBy(c => c.Factor)!;
            if (fast.Factor >= 4 * slow.Factor && fast.Factor > 2)
            {
                string share = double.IsNaN(slow.LastShare) ? "" : $" At the end {slow.Part} makes {Percent(slow.LastShare)} of the total, {fast.Part} {Percent(fast.LastShare)}.";
                string change = slow.Factor < 1 ? $"grew {Factor(1 / slow.Factor)}" : $"fell only {Factor(slow.Factor)}";
                yield return $"Unequal progress: {fast.Part} fell {Factor(fast.Factor)}, {slow.Part} {change}.{share} Compare {slow.Part} with what a constant prediction gets: if it is near that, raise its weight or try a balancer ('equipoise catalog balancer'); if it is near its floor, it is done.";
            }
        }
    }

    private int Index(string part)
    {
        for (int i = 0; i < roles.Parts.Count; i++)
        {
            if (roles.Parts[i] == part) return i;
        }
        return -1;
    }
}
