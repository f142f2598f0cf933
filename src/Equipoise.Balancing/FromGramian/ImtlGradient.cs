using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>IMTL-G: the combined gradient has the same projection on the direction of every output.</summary>
/// <remarks>
/// v = G⁺ n, n the lengths of the gradients; w = v / Σ v, Σ w = 1. Weights may be negative. Does not depend on the units of the losses, except for the length of the step.
/// Two outputs: w = (‖g₂‖, ‖g₁‖) / (‖g₁‖ + ‖g₂‖), also where they depend on each other. More: solved in cosines where these are regular, so that lengths may differ by any factor; else by the pseudo-inverse of G.
/// Where Σ v &lt; 0 the published formula points uphill for all outputs: here the sign is turned, Σ w = −1. Where Σ v = 0 there is no solution.
/// Source: Liu et al., "Towards Impartial Multi-task Learning", 2021, equation 7 (its matrix formula agrees for linearly independent gradients).
/// </remarks>
public sealed record ImtlGradient : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(ImtlGradient settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly EqualProjections _solver = new(tasks);

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights) => _solver.Solve(tasks.Gramian, weights);
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>imtl_g</c>.</summary>
    public static readonly Entry<BalancerSettings> ImtlGradient = Add("imtl_g", "the same projection on every output's direction", new ImtlGradient()).From("Liu et al., 'Towards Impartial Multi-task Learning', 2021");
}
