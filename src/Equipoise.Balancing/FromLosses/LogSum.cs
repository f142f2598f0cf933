using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Sum of the logarithms of the losses: every output counts by its relative progress, whatever its unit.</summary>
/// <remarks>
/// Objective Σ log(L + ε), weight 1 / (L + ε). Also called scale-invariant weighting. ε bounds the weight as a loss goes to zero; a negative loss keeps the base weight.
/// Source: the base line "SI" of Navon et al., "Multi-Task Learning as a Bargaining Game", 2022, section 5. Published ε run from 1e-20 to 1.
/// </remarks>
/// <param name="Epsilon">What is added to a loss.</param>
public sealed record LogSum(double Epsilon = 1e-8) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(LogSum settings, int tasks) : Balancer(settings, tasks)
    {
        protected override bool WantsPositiveLosses => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            double objective = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                double loss = Math.Max(tasks.Losses[i] + settings.Epsilon, 1e-30);
                weights[i] = 1 / loss;
                objective += Math.Log(loss);
            }

            Objective = objective;
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>log_sum</c>.</summary>
    public static readonly Entry<BalancerSettings> LogSum = Add("log_sum", "sum of the logarithms of the losses", new LogSum(),
        Setting<BalancerSettings>.Number<LogSum>("epsilon", "what is added to a loss", get: x => x.Epsilon, set: (x, v) => x with { Epsilon = v }, minimum: 0)).Alias("scale_invariant").From("the base line 'SI' of Navon et al., 'Multi-Task Learning as a Bargaining Game', 2022");
}
