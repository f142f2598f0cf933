using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>FairGrad: α-fair shares of progress, from equal weights (α → 0) over the bargaining solution (α = 1) to the worst-off first (α large).</summary>
/// <remarks>
/// G w = w^(−1/α) element by element, w &gt; 0, found as the minimum of ½ wᵀ G w − Σ w^(1−1/α) / (1−1/α) by damped Newton. α = 0 is w = 1 / K. The weights have an absolute scale.
/// Without a direction that improves all outputs there is no solution: base weights.
/// Source: Ban and Ji, "Fair Resource Allocation in Multi-Task Learning", 2024, equation 8. Published codes stop a least-squares search early, and differ in a factor K and a cap of 1.
/// </remarks>
/// <param name="Alpha">α.</param>
public sealed record FairGrad(double Alpha = 1) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(FairGrad settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly ProportionalFairness _solver = new(tasks);

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            if (settings.Alpha > 0) return _solver.Solve(tasks.Gramian, settings.Alpha, weights);
            weights.Fill(1.0 / weights.Length);
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>fair_grad</c>.</summary>
    public static readonly Entry<BalancerSettings> FairGrad = Add("fair_grad", "fair shares of progress, in a sense of your choice", new FairGrad(),
        Setting<BalancerSettings>.Number<FairGrad>("alpha", "0: equal weights; 1: bargaining; large: the worst-off first", get: x => x.Alpha, set: (x, v) => x with { Alpha = v }, minimum: 0, maximum: 20)).From("Ban and Ji, 'Fair Resource Allocation in Multi-Task Learning', 2024");
}
