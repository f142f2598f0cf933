using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Every output that takes part has the same weight, whatever its priority.</summary>
/// <remarks>w = 1 (a sum of losses), or 1 / outputs with a label in this batch (a mean). The base line of every comparison: "equal weighting", "unitary scalarization".</remarks>
/// <param name="Mean">1 / outputs instead of 1.</param>
public sealed record EqualWeights(bool Mean = false) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.None;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(EqualWeights settings, int tasks) : Balancer(settings, tasks)
    {
        protected override bool UsesPriorities => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            weights.Fill(settings.Mean ? 1.0 / tasks.Count : 1);
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>equal</c>.</summary>
    public static readonly Entry<BalancerSettings> EqualWeights = AddPlain("equal", "the same weight for every output", new EqualWeights(),
        Setting<BalancerSettings>.Flag<EqualWeights>("mean", "1 / outputs instead of 1", get: x => x.Mean, set: (x, v) => x with { Mean = v }));
}
