using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>CAGrad: near the mean gradient, the direction that helps the worst-off output most.</summary>
/// <remarks>
/// max over d of min_k g_k · d with ‖d − g₀‖ ≤ c ‖g₀‖, g₀ the mean gradient. By its dual: w* minimises g_w · g₀ + c ‖g₀‖ ‖g_w‖ over the simplex, g_w = Σ w g, and the weights
/// are 1/K + c ‖g₀‖ / ‖g_w*‖ × w*. c = 0 is the mean; from c = 1 on no output is hurt. Scaled by 1, 1 / (1 + c) or 1 / (1 + c²). Exact, no iterations to a tolerance in the weights.
/// Where ‖g_w*‖ is zero (Pareto-stationary) there is no such direction: base weights, while published codes give zeros or explode.
/// Source: Liu et al., "Conflict-Averse Gradient Descent for Multi-task Learning", 2021, algorithm 1. Codes differ in the scaling and multiply by K or not.
/// </remarks>
/// <param name="C">c: radius around the mean gradient, 0.2 to 0.8 as a rule.</param>
/// <param name="Scaling">By what the weights are divided.</param>
public sealed record CAGrad(double C = 0.5, CAGradScaling Scaling = CAGradScaling.None) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(CAGrad settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly ConflictAverse _solver = new(tasks);

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            double mean = Math.Sqrt(Math.Max(GramianMath.Sum(tasks.Gramian), 0)) / n, share = 0;
            if (settings.C > 0 && mean > 0)
            {
                _solver.Solve(tasks.Gramian, settings.C * mean, weights);
                double norm = Math.Sqrt(Math.Max(GramianMath.Quadratic(tasks.Gramian, weights), 0)), terms = 0;
                for (int i = 0; i < n; i++) terms += weights[i] * weights[i] * tasks.Gramian[(i * n) + i];
                if (norm <= 1e-7 * Math.Sqrt(terms)) return Nothing(weights);   // what rounding leaves of zero
                share = settings.C * mean / norm;
            }
            else if (settings.C > 0)
            {
                return Nothing(weights);
            }

            double scale = settings.Scaling switch
            {
                CAGradScaling.OnePlusC => 1 / (1 + settings.C),
                CAGradScaling.OnePlusSquare => 1 / (1 + (settings.C * settings.C)),
                _ => 1,
            };
            for (int i = 0; i < n; i++) weights[i] = scale * ((1.0 / n) + (share * weights[i]));
            return true;
        }

        private static bool Nothing(Span<double> weights)
        {
            weights.Clear();
            return false;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>cagrad</c>.</summary>
    public static readonly Entry<BalancerSettings> CAGrad = Add("cagrad", "near the mean gradient, what helps the worst-off output most", new CAGrad(),
        Setting<BalancerSettings>.Number<CAGrad>("c", "radius around the mean gradient", get: x => x.C, set: (x, v) => x with { C = v }, minimum: 0),
        Setting<BalancerSettings>.Choice<CAGrad, CAGradScaling>("scaling", "by what the weights are divided", get: x => x.Scaling, set: (x, v) => x with { Scaling = v })).From("Liu et al., 'Conflict-Averse Gradient Descent for Multi-task Learning', 2021");
}
