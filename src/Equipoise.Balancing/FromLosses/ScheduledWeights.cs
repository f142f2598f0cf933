using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Weights that move from one set to another between two epochs or steps: easy outputs first, say, and the rest later.</summary>
/// <remarks>
/// w_k = priority_k × (from_k + r (to_k − from_k)), r = clamp((now − begin) / (end − begin), 0, 1); with the cosine shape r becomes (1 − cos πr) / 2.
/// With begin = end the weights jump there. An empty list is all ones.
/// </remarks>
public sealed record ScheduledWeights : BalancerSettings
{
    /// <summary>Factor of each output until <see cref="Begin"/>; empty: all 1.</summary>
    public IReadOnlyList<double> From { get; init; } = [];

    /// <summary>Factor of each output from <see cref="End"/> on; empty: all 1.</summary>
    public IReadOnlyList<double> To { get; init; } = [];

    /// <summary>Where the way begins.</summary>
    public int Begin { get; init; }

    /// <summary>Where the way ends.</summary>
    public int End { get; init; } = 10;

    /// <summary>Begin and end count steps, not epochs.</summary>
    public bool InSteps { get; init; }

    /// <summary>Slow at both ends instead of straight.</summary>
    public bool Cosine { get; init; }

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.None;

    /// <inheritdoc/>
    public override Balancer Start(int tasks)
    {
        if (From.Count != 0 && From.Count != tasks) throw new ArgumentException($"'from' has {From.Count} numbers, but there are {tasks} outputs.", nameof(tasks));
        if (To.Count != 0 && To.Count != tasks) throw new ArgumentException($"'to' has {To.Count} numbers, but there are {tasks} outputs.", nameof(tasks));
        if (End < Begin) throw new ArgumentException($"'end' is {End}, before 'begin', which is {Begin}.", nameof(tasks));
        return new Running(this, tasks);
    }

    private sealed class Running(ScheduledWeights settings, int tasks) : Balancer(settings, tasks)
    {
        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            double now = settings.InSteps ? tasks.Step : tasks.Epoch;
            double way = settings.End == settings.Begin ? (now >= settings.End ? 1 : 0) : Math.Clamp((now - settings.Begin) / (settings.End - settings.Begin), 0, 1);
            if (settings.Cosine) way = (1 - Math.Cos(Math.PI * way)) / 2;
            for (int i = 0; i < weights.Length; i++)
            {
                double from = settings.From.Count == 0 ? 1 : settings.From[tasks.Tasks[i]], to = settings.To.Count == 0 ? 1 : settings.To[tasks.Tasks[i]];
                weights[i] = ((1 - way) * from) + (way * to);
            }

            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>scheduled</c>.</summary>
    public static readonly Entry<BalancerSettings> ScheduledWeights = AddPlain("scheduled", "weights that move from one set to another", new ScheduledWeights(),
        Setting<BalancerSettings>.Numbers<ScheduledWeights>("from", "factor of each output at first", get: x => x.From, set: (x, v) => x with { From = v }, minimum: 0),
        Setting<BalancerSettings>.Numbers<ScheduledWeights>("to", "factor of each output in the end", get: x => x.To, set: (x, v) => x with { To = v }, minimum: 0),
        Setting<BalancerSettings>.Integer<ScheduledWeights>("begin", "epoch (or step), from 0, where the way begins", get: x => x.Begin, set: (x, v) => x with { Begin = v }, minimum: 0),
        Setting<BalancerSettings>.Integer<ScheduledWeights>("end", "epoch (or step) where the way ends", get: x => x.End, set: (x, v) => x with { End = v }, minimum: 0),
        Setting<BalancerSettings>.Flag<ScheduledWeights>("in_steps", "begin and end count steps", get: x => x.InSteps, set: (x, v) => x with { InSteps = v }),
        Setting<BalancerSettings>.Flag<ScheduledWeights>("cosine", "slow at both ends instead of straight", get: x => x.Cosine, set: (x, v) => x with { Cosine = v }));
}
