using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>PBI, penalty-based boundary intersection: descends along a wanted ratio of the losses, with a penalty for leaving it.</summary>
/// <remarks>
/// With r̂ the unit vector of the priorities and z the ideal losses: d₁ = (L − z)·r̂, p = (L − z) − d₁ r̂, objective d₁ + θ √(p·p + 1e-12), weight r̂ + θ p / √(p·p + 1e-12).
/// Large priorities let a loss stay large. A weight may be negative: a loss that is too small for its place on the ray is let rise. Depends on the units of the losses.
/// Source: Zhang and Li, "MOEA/D: A Multiobjective Evolutionary Algorithm Based on Decomposition", 2007, section II-A-3.
/// </remarks>
/// <param name="Penalty">θ.</param>
public sealed record BoundaryIntersection(double Penalty = 1) : BalancerSettings
{
    /// <summary>z: the best possible loss of each output; empty: all 0.</summary>
    public IReadOnlyList<double> Ideal { get; init; } = [];

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(BoundaryIntersection settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _ideal = PerTask.Numbers(settings.Ideal, tasks, 0, "ideal losses");

        protected override bool UsesPriorities => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            double norm = Math.Sqrt(GramianMath.Dot(tasks.Priorities, tasks.Priorities)), along = 0, across = 0;
            for (int i = 0; i < weights.Length; i++) along += (tasks.Losses[i] - _ideal[tasks.Tasks[i]]) * tasks.Priorities[i] / norm;
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = tasks.Losses[i] - _ideal[tasks.Tasks[i]] - (along * tasks.Priorities[i] / norm);
                across += weights[i] * weights[i];
            }

            double length = Math.Sqrt(across + 1e-12);
            for (int i = 0; i < weights.Length; i++) weights[i] = (tasks.Priorities[i] / norm) + (settings.Penalty * weights[i] / length);
            Objective = along + (settings.Penalty * length);
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>boundary_intersection</c>.</summary>
    public static readonly Entry<BalancerSettings> BoundaryIntersection = Add("boundary_intersection", "descends along a wanted ratio of the losses", new BoundaryIntersection(),
        Setting<BalancerSettings>.Number<BoundaryIntersection>("penalty", "of leaving the ratio", get: x => x.Penalty, set: (x, v) => x with { Penalty = v }, minimum: 0),
        Setting<BalancerSettings>.Numbers<BoundaryIntersection>("ideal", "best possible loss of each output; none: 0", get: x => x.Ideal, set: (x, v) => x with { Ideal = v })).Alias("pbi").From("Zhang and Li, 'MOEA/D: A Multiobjective Evolutionary Algorithm Based on Decomposition', 2007");
}
