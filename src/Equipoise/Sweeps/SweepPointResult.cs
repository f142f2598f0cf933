using Equipoise.Trials;

namespace Equipoise.Sweeps;

/// <summary>What was found at a point of a sweep, over all seeds.</summary>
/// <param name="Number">The point; 0: the config as it is.</param>
/// <param name="Changes">What it changes in the config.</param>
/// <param name="State">The least of its trials: <see cref="SweepState.Done"/> if all were trained to their end.</param>
/// <param name="Figures">Every metric and raw loss by name, the mean over seeds; empty while a trial is not ended, or if one has none.</param>
/// <param name="Values">The objectives, in their order; NaN where there is none.</param>
/// <param name="Ranges">Greatest less least value of each objective over the seeds: how much chance does.</param>
/// <param name="Epochs">Epochs trained, over all seeds.</param>
/// <param name="Seconds">How long they trained, over all seeds.</param>
/// <param name="Reason">Why a trial ended early or failed; empty if none did.</param>
/// <param name="Trials">The trials.</param>
public sealed record SweepPointResult(int Number, IReadOnlyList<ConfigChange> Changes, SweepState State, IReadOnlyDictionary<string, double> Figures, IReadOnlyList<double> Values,
    IReadOnlyList<double> Ranges, int Epochs, double Seconds, string Reason, IReadOnlyList<SweepTrial> Trials)
{
    /// <summary>Whether it was trained to its end with every seed and all objectives are numbers: only then it may be on the front.</summary>
    public bool Counts => State == SweepState.Done && Values.All(double.IsFinite);

    /// <summary>The objectives turned so that less is better.</summary>
    public double[] Costs(IReadOnlyList<SweepObjective> objectives) => [.. Values.Select((v, i) => objectives[i].Cost(v))];

    internal static SweepPointResult Of(IReadOnlyList<SweepObjective> objectives, int number, IReadOnlyList<SweepTrial> trials)
    {
        var outcomes = trials.Select(t => t.Outcome).ToList();
        var state = trials.Any(t => t.State == SweepState.Failed) ? SweepState.Failed : trials.Any(t => t.State == SweepState.Diverged) ? SweepState.Diverged
            : trials.Any(t => t.State == SweepState.Pruned) ? SweepState.Pruned : trials.Any(t => t.State == SweepState.Running) ? SweepState.Running
            : trials.All(t => t.State == SweepState.Done) ? SweepState.Done : SweepState.Waiting;
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        if (outcomes.All(o => o is { Figures.Count: > 0 }))
        {
            foreach (string name in outcomes[0]!.Figures.Keys) figures[name] = outcomes.Average(o => o!.Figures.GetValueOrDefault(name, double.NaN));
        }
        double Range(string name)
        {
            double[] values = [.. outcomes.OfType<SweepOutcome>().Select(o => o.Figures.GetValueOrDefault(name, double.NaN))];
            return values.Length == 0 ? double.NaN : values.Max() - values.Min();
        }
        return new SweepPointResult(number, trials[0].Task.Changes, state, figures, [.. objectives.Select(o => figures.GetValueOrDefault(o.Name, double.NaN))], [.. objectives.Select(o => Range(o.Name))],
            outcomes.Sum(o => o?.Epochs ?? 0), outcomes.Sum(o => o?.Seconds ?? 0), outcomes.FirstOrDefault(o => o is { Reason.Length: > 0 })?.Reason ?? "", trials);
    }
}
