using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>UW-SO: a softmax of the inverse losses.</summary>
/// <remarks>
/// w = softmax(1 / (L T)), taken as a constant; Σ w = 1. T is to be searched on validation data: a small one gives nearly all weight to the smallest loss.
/// Depends on the units of the losses. Losses below 1e-30 count as 1e-30; a negative one keeps the base weight.
/// Source: Kirchdorfer et al., "Analytical Uncertainty-Based Loss Weighting in Multi-Task Learning", 2024, equation 7.
/// </remarks>
/// <param name="Temperature">T, in units of 1 / loss.</param>
public sealed record SoftOptimalUncertainty(double Temperature = 1) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(SoftOptimalUncertainty settings, int tasks) : Balancer(settings, tasks)
    {
        protected override bool WantsPositiveLosses => true;

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++) weights[i] = 1 / (Math.Max(tasks.Losses[i], 1e-30) * settings.Temperature);
            Simplex.Softmax(weights);
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>uw_so</c>.</summary>
    public static readonly Entry<BalancerSettings> SoftOptimalUncertainty = Add("uw_so", "a softmax of the inverse losses", new SoftOptimalUncertainty(),
        Setting<BalancerSettings>.Number<SoftOptimalUncertainty>("temperature", "evens out the weights", get: x => x.Temperature, set: (x, v) => x with { Temperature = v }, above: 0)).From("Kirchdorfer et al., 'Analytical Uncertainty-Based Loss Weighting in Multi-Task Learning', 2024");
}
