using System.Data.Common;
using Equipoise.Configs;
using Equipoise.Models;
using Equipoise.Runs;
using Equipoise.Trials;

namespace Equipoise.Sweeps;

/// <summary>Trains trials of a queue, one after the other.</summary>
public sealed class SweepWorker
{
    private readonly ISweepQueue _queue;
    private readonly SweepPlan _plan;
    private readonly TrialRunner _runner;
    private readonly IReadOnlyList<SweepObjective> _objectives;

    /// <summary>A worker for the trials of a plan.</summary>
    public SweepWorker(ISweepQueue queue, SweepPlan plan, TrialRunner runner)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(runner);
        (_queue, _plan, _runner, _objectives) = (queue, plan, runner, plan.Objectives(runner.Data.Config));
    }

    /// <summary>What queue and tables call it.</summary>
    public string Name { get; init; } = "worker";

    /// <summary>How long it may be silent before its trial is given to another; it says that it lives three times as often.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Called after each trial.</summary>
    public Action<SweepTask, SweepOutcome>? AfterTrial { get; init; }

    /// <summary>Called after each epoch of a trial.</summary>
    public Action<SweepTask, TrialEpoch>? AfterEpoch { get; init; }

    /// <summary>Trains what there is until there is nothing to do.</summary>
    /// <param name="cancellation">Ends it after the step at hand; the trial at hand is given back.</param>
    /// <returns>How many trials it ended.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public int Run(CancellationToken cancellation = default)
    {
        int ended = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_queue.Claim(Name, Lease) is not { } task) return ended;
            if (Train(task, cancellation)) ended++;
        }
    }

    private bool Train(SweepTask task, CancellationToken cancellation)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // A worker that is held up for long, such as a machine that sleeps, may have lost its trial to another.
        using var beat = new Timer(_ => Renew(task, lost), null, Lease / 3, Lease / 3);
        SweepOutcome outcome;
        try
        {
            outcome = Outcome(task, lost.Token);
        }
        catch (OperationCanceledException)
        {
            if (!cancellation.IsCancellationRequested) return false;
            _queue.Release(Name, died: false);
            throw;
        }
        if (!_queue.Finish(Name, task.Number, outcome)) return false;
        AfterTrial?.Invoke(task, outcome);
        return true;
    }

    private void Renew(SweepTask task, CancellationTokenSource lost)
    {
        try
        {
            if (!_queue.Renew(Name, task.Number, Lease)) lost.Cancel();
        }
        catch (Exception fault) when (fault is ObjectDisposedException or InvalidOperationException or DbException or RunException)
        {
            // The trial has just ended, or the queue could not be reached this time; the next time decides.
        }
    }

    private SweepOutcome Outcome(SweepTask task, CancellationToken cancellation)
    {
        var variant = new Variant($"trial {task.Point}", task.Changes);
        bool pruned = false;
        string? After(TrialEpoch epoch)
        {
            AfterEpoch?.Invoke(task, epoch);
            if (_plan.Halving is not { } margin || !HalvingRule.IsRung(epoch.Epoch.Epoch, epoch.Epochs)) return null;
            double[] values = [.. _objectives.Select(o => o.Of(epoch.Epoch))];
            _queue.Report(new SweepReport(task.Number, epoch.Epoch.Epoch, values));
            var others = _queue.Reports(epoch.Epoch.Epoch, task.Seed).Where(r => r.Number != task.Number).ToList();
            if (HalvingRule.Better(Costs(values), [.. others.Select(r => Costs(r.Values))], margin) is not { } better) return null;
            pruned = true;
            // Trials of one point stand side by side, one for each seed.
            return $"trial {others[better].Number / _plan.Seeds} is better in everything after epoch {epoch.Epoch.Epoch}";
        }
        try
        {
            var result = _runner.Run(new Trial(variant, task.Seed), new TrialOptions { AfterEpoch = After, Epochs = _plan.Epochs, Cancellation = cancellation });
            if (result.Fault is { } fault) return new SweepOutcome(SweepState.Diverged, new Dictionary<string, double>(), 0, 0, result.Seconds, fault);
            return new SweepOutcome(pruned ? SweepState.Pruned : SweepState.Done, Figures(result), result.BestEpoch, result.History!.Epochs.Count, result.Seconds, result.StopReason ?? "");
        }
        catch (Exception fault) when (fault is ConfigException or ModelException)
        {
            return new SweepOutcome(SweepState.Failed, new Dictionary<string, double>(), 0, 0, 0, fault.Message);
        }
    }

    private double[] Costs(IReadOnlyList<double> values) => [.. values.Select((v, i) => _objectives[i].Cost(v))];

    private static Dictionary<string, double> Figures(TrialResult result)
    {
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var output in result.Data.Config.Outputs)
        {
            foreach (string name in (output.Metrics ?? []).Select(m => $"{output.Name}.{m.Name}").Append($"{output.Name}.loss"))
            {
                if (result.Find(name) is { } value) figures[name] = value;
            }
        }
        return figures;
    }
}
