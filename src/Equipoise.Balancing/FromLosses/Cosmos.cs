using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>COSMOS: a weighted sum that is rewarded when the losses stand in the ratio of the priorities.</summary>
/// <remarks>
/// Objective r·L − λ cos(r, L), r = priority / K, weight r − λ (r / (‖r‖‖L‖) − (r·L) L / (‖r‖‖L‖³)). Weights may be negative. Depends on the units of the losses.
/// Source: Ruchte and Grabocka, "Scalable Pareto Front Approximation for Deep Multi-Objective Learning", 2021, equation 5. Differs: the paper also feeds r to the network
/// and draws a new one for each batch; here r is fixed.
/// </remarks>
/// <param name="Lambda">λ: how much the ratio is worth; 0.01 to 8 in the paper.</param>
public sealed record Cosmos(double Lambda = 1) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(Cosmos settings, int tasks) : Balancer(settings, tasks)
    {
        protected override bool UsesPriorities => true;

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            double count = tasks.Count, wanted = Math.Sqrt(GramianMath.Dot(tasks.Priorities, tasks.Priorities)) / count;
            double found = Math.Sqrt(GramianMath.Dot(tasks.Losses, tasks.Losses)), sum = GramianMath.Dot(tasks.Priorities, tasks.Losses) / count;
            for (int i = 0; i < weights.Length; i++)
            {
                double share = tasks.Priorities[i] / count;
                double turn = found == 0 ? 0 : (share / wanted / found) - (sum / wanted / found * (tasks.Losses[i] / found / found));
                weights[i] = share - (settings.Lambda * turn);
            }

            Objective = sum - (found == 0 ? 0 : settings.Lambda * sum / wanted / found);
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>cosmos</c>.</summary>
    public static readonly Entry<BalancerSettings> Cosmos = Add("cosmos", "a weighted sum, rewarded when the losses stand in the ratio of the priorities", new Cosmos(),
        Setting<BalancerSettings>.Number<Cosmos>("lambda", "how much the ratio is worth", get: x => x.Lambda, set: (x, v) => x with { Lambda = v }, minimum: 0)).From("Ruchte and Grabocka, 'Scalable Pareto Front Approximation for Deep Multi-Objective Learning', 2021");
}
