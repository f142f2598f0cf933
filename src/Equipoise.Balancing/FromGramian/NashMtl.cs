using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Nash-MTL: the bargaining solution, in which every output gains the same share of its gradient's length. Does not depend on the units of the losses.</summary>
/// <remarks>
/// G w = 1 / w element by element, w &gt; 0; then ‖Σ w g‖ = √K, and is brought down to the largest length allowed. Two outputs: p = 1 / (√(a d) + b), w₁ = √((1 − b p) / a),
/// w₂ = √((1 − b p) / d). More: damped Newton on ½ wᵀ G w − Σ log w. The step is as long at every step: read the learning rate as its length.
/// Without a direction that improves all outputs there is no solution: w is in the ratio of 1 / ‖g‖, scaled to Σ w = K, which makes no step where two are opposed and does not depend on units. With <see cref="BalancerSettings.UpdateEvery"/> above 1 steps in between cost nothing.
/// Source: Navon et al., "Multi-Task Learning as a Bargaining Game", 2022, claim 3.1. Published codes solve by at most 20 convex programs and keep the last weights when that fails.
/// </remarks>
/// <param name="MaxNorm">Largest length of the combined gradient; 0: no limit.</param>
public sealed record NashMtl(double MaxNorm = 1) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(NashMtl settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly ProportionalFairness _solver = new(tasks);

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            if (weights.Length == 2) Two(tasks.Gramian, weights);
            else if (!_solver.Solve(tasks.Gramian, 1, weights)) return false;
            double norm = Math.Sqrt(Math.Max(GramianMath.Quadratic(tasks.Gramian, weights), 0));   // √K, but for rounding where gradients are nearly opposed
            if (settings.MaxNorm > 0 && norm > settings.MaxNorm)
            {
                for (int i = 0; i < weights.Length; i++) weights[i] *= settings.MaxNorm / norm;
            }

            return true;
        }

        protected override void FallBack(in ActiveTasks tasks, Span<double> weights)
        {
            double sum = 0;
            for (int i = 0; i < weights.Length; i++) sum += 1 / Math.Sqrt(tasks.SquaredNorms[i]);
            for (int i = 0; i < weights.Length; i++) weights[i] = weights.Length / Math.Sqrt(tasks.SquaredNorms[i]) / sum;
        }

        // With cosine c both are 1 / (‖g‖ √(1 + c)); infinite where the two are opposed, which is no solution.
        private static void Two(ReadOnlySpan<double> gramian, Span<double> weights)
        {
            double first = Math.Sqrt(gramian[0]), second = Math.Sqrt(gramian[3]), open = 1 + (gramian[1] / first / second);
            double root = open > 4.5e-16 ? Math.Sqrt(open) : 0;    // two last bits of the cosine
            weights[0] = 1 / (first * root);
            weights[1] = 1 / (second * root);
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>nash</c>.</summary>
    public static readonly Entry<BalancerSettings> NashMtl = Add("nash", "the bargaining solution: every output gains the same share", new NashMtl(),
        Setting<BalancerSettings>.Number<NashMtl>("max_norm", "largest length of the combined gradient; 0: no limit", get: x => x.MaxNorm, set: (x, v) => x with { MaxNorm = v }, minimum: 0)).Alias("nash_mtl").From("Navon et al., 'Multi-Task Learning as a Bargaining Game', 2022");
}
