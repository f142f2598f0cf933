using Equipoise.Ledger;

namespace Equipoise.Runs;

/// <summary>The loss equation of one line of a run's ledger, ready to be shown.</summary>
/// <param name="Part">What the line accounts for: <c>step</c>, <c>epoch</c> or <c>validation</c>.</param>
/// <param name="Entry">The account.</param>
public sealed record Explanation(string Part, LedgerEntry Entry)
{
    /// <summary>What the terms of the line add up to.</summary>
    public double Sum => Entry.Outputs.Sum(o => o.Contribution) + Entry.PenaltySum;

    /// <summary>How far the sum is from the total, relative to the size of the terms.</summary>
    public double Gap => Math.Abs(Sum - Entry.Total) / Math.Max(double.Epsilon, Math.Abs(Entry.Total) + Entry.Outputs.Sum(o => Math.Abs(o.Contribution)) + Entry.Penalties.Sum(p => Math.Abs(p.Value)));

    /// <summary>The lines of a step, or of an epoch with its validation; without either, of the last epoch.</summary>
    /// <exception cref="RunException">The run has no such step or epoch.</exception>
    public static IReadOnlyList<Explanation> Of(string run, int? epoch = null, long? step = null)
    {
        var lines = RunFolder.ReadLedger(run);
        long last = lines.Count == 0 ? 0 : lines.Max(l => step is null ? l.Entry.Epoch : l.Entry.Step);
        long wanted = step ?? epoch ?? last;
        Explanation[] found = step is not null
            ? [.. lines.Where(l => l.Part == "step" && l.Entry.Step == wanted).Select(l => new Explanation(l.Part, l.Entry))]
            : [.. lines.Where(l => l.Part != "step" && l.Entry.Epoch == wanted).Select(l => new Explanation(l.Part, l.Entry))];
        if (found.Length > 0) return found;
        string what = step is null ? "epoch" : "step";
        throw new RunException($"{run}: the ledger has no {what} {wanted}. It has {(last == 0 ? $"no {what} at all" : $"{what}s 1 to {last}")}.");
    }
}
