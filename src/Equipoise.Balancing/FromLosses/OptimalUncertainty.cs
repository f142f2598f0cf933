using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>UW-O: uncertainty weighting with its variances at their optimum in every step, instead of learned ones that lag.</summary>
/// <remarks>
/// w = 1 / L, taken as a constant, so that every weighted loss is 1. Losses below 1e-30 count as 1e-30; a negative one keeps the base weight.
/// Source: Kirchdorfer et al., "Analytical Uncertainty-Based Loss Weighting in Multi-Task Learning", 2024, equation 6.
/// </remarks>
public sealed record OptimalUncertainty : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(OptimalUncertainty settings, int tasks) : Balancer(settings, tasks)
    {
        protected override bool WantsPositiveLosses => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++) weights[i] = 1 / Math.Max(tasks.Losses[i], 1e-30);
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>uw_o</c>.</summary>
    public static readonly Entry<BalancerSettings> OptimalUncertainty = Add("uw_o", "the inverse of each loss", new OptimalUncertainty()).From("Kirchdorfer et al., 'Analytical Uncertainty-Based Loss Weighting in Multi-Task Learning', 2024");
}
