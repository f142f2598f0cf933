using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Smooth Tchebycheff scalarisation: descends a smooth form of the largest weighted loss.</summary>
/// <remarks>
/// Objective μ log Σ exp(λ (L − z) / μ), weight λ softmax(λ (L − z) / μ), λ = priority / K, K the outputs that take part. μ → 0 is the maximum itself, a large μ the sum.
/// It reaches every point of a trade-off curve, also where that is not convex and no fixed weights do. Depends on the units of the losses: see <see cref="LogTchebycheff"/>.
/// Source: Lin et al., "Smooth Tchebycheff Scalarization for Multi-Objective Optimization", 2024, equation 5.
/// </remarks>
/// <param name="Smoothness">μ, in units of the losses.</param>
public sealed record SmoothTchebycheff(double Smoothness = 1) : BalancerSettings
{
    /// <summary>z: the best possible loss of each output; empty: all 0.</summary>
    public IReadOnlyList<double> Ideal { get; init; } = [];

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(SmoothTchebycheff settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _ideal = PerTask.Numbers(settings.Ideal, tasks, 0, "ideal losses");

        protected override bool UsesPriorities => true;

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            double largest = double.NegativeInfinity, sum = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = tasks.Priorities[i] / tasks.Count * (tasks.Losses[i] - _ideal[tasks.Tasks[i]]);
                largest = Math.Max(largest, weights[i]);
            }

            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = Math.Exp((weights[i] - largest) / settings.Smoothness);
                sum += weights[i];
            }

            for (int i = 0; i < weights.Length; i++) weights[i] *= tasks.Priorities[i] / tasks.Count / sum;
            Objective = largest + (settings.Smoothness * Math.Log(sum));
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>smooth_tchebycheff</c>.</summary>
    public static readonly Entry<BalancerSettings> SmoothTchebycheff = Add("smooth_tchebycheff", "descends a smooth form of the largest weighted loss", new SmoothTchebycheff(),
        Setting<BalancerSettings>.Number<SmoothTchebycheff>("smoothness", "how far it is from the maximum, in units of the losses", get: x => x.Smoothness, set: (x, v) => x with { Smoothness = v }, above: 0),
        Setting<BalancerSettings>.Numbers<SmoothTchebycheff>("ideal", "best possible loss of each output; none: 0", get: x => x.Ideal, set: (x, v) => x with { Ideal = v })).Alias("stch").From("Lin et al., 'Smooth Tchebycheff Scalarization for Multi-Objective Optimization', 2024");
}
