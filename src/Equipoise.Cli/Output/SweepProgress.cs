using Equipoise.Cli.Queues;
using Equipoise.Sweeps;

namespace Equipoise.Cli.Output;

/// <summary>A line for each trial that ends.</summary>
internal sealed class SweepProgress(Shell shell, IReadOnlyList<SweepObjective> objectives, int all, int before)
{
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private int _now;

    public void Tell(SweepTask task, SweepOutcome outcome)
    {
        int done = before + ++_now;
        var spent = TimeProvider.System.GetElapsedTime(_start);
        int left = all - done;
        string values = outcome.Figures.Count == 0 ? outcome.Reason.ReplaceLineEndings("\n").Split('\n')[0]
            : string.Join(", ", objectives.Select(o => $"{o.Name} {Figures.Number(outcome.Figures.GetValueOrDefault(o.Name, double.NaN))}"));
        string state = outcome.State == SweepState.Done ? "" : $" {(outcome.State == SweepState.Pruned ? $"ended, {outcome.Reason}" : QueueText.Of(outcome.State))}:";
        string rest = left <= 0 ? "" : $", about {Figures.Time(spent / _now * left)} left";
        shell.Say($"{done}/{all} trial {task.Point}, seed {task.Seed}:{state} {values} [{Figures.Time(TimeSpan.FromSeconds(outcome.Seconds))}{rest}]");
    }
}
