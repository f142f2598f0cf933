using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>UPGrad: each gradient is changed as little as possible so that it hurts no output; then they are averaged. The safest way with conflicts.</summary>
/// <remarks>
/// w = Σ_i P(p_i e_i), P(u) = argmin of vᵀ Ĝ v over v ≥ u, p = priority / K, Ĝ = G / trace + regularization × I. To first order no output gets worse; where gradients do not
/// conflict it is the mean. Exact active set. The published code has regularization 1e-4, which shows when lengths differ: for (1, 0.2) and (−30, 100) the first weight is
/// 2.85 instead of 5.31, and the first output is hurt after all. The default here is none.
/// Source: Quinton and Rey, "Jacobian Descent for Multi-Objective Optimization", 2024, section 3.
/// </remarks>
/// <param name="Regularization">Added to the diagonal of the Gramian, whose trace is 1.</param>
public sealed record UPGrad(double Regularization = 0) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(UPGrad settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly DualCone _cone = new(tasks);
        private readonly double[] _preference = new double[tasks];

        protected override bool UsesPriorities => true;

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            weights.Clear();
            _cone.Prepare(tasks.Gramian, n, settings.Regularization);
            var preference = _preference.AsSpan(0, n);
            for (int i = 0; i < n; i++)
            {
                preference.Clear();
                preference[i] = tasks.Priorities[i] / tasks.Total;
                _cone.AddProjection(preference, weights);
            }

            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>upgrad</c>.</summary>
    public static readonly Entry<BalancerSettings> UPGrad = Add("upgrad", "each gradient changed until it hurts no output, then their mean", new UPGrad(),
        Setting<BalancerSettings>.Number<UPGrad>("regularization", "added to the diagonal of the Gramian of trace 1", get: x => x.Regularization, set: (x, v) => x with { Regularization = v }, minimum: 0)).From("Quinton and Rey, 'Jacobian Descent for Multi-Objective Optimization', 2024");
}
