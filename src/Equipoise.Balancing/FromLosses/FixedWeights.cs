using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Every output keeps the weight that the user gave it. Well-chosen fixed weights are the method to beat.</summary>
/// <remarks>
/// w = priority, at every step. A weight of 0 leaves the output out of training; its loss is still reported.
/// Kurin et al., "In Defense of the Unitary Scalarization for Deep Multi-Task Learning", 2022, and Xin et al., "Do Current Multi-Task Optimization Methods in Deep
/// Learning Even Help?", 2022, found no method that beats tuned fixed weights throughout.
/// </remarks>
public sealed record FixedWeights : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.None;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(FixedWeights settings, int tasks) : Balancer(settings, tasks)
    {
        protected override bool UsesPriorities => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            tasks.Priorities.CopyTo(weights);
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>fixed</c>.</summary>
    public static readonly Entry<BalancerSettings> FixedWeights = AddPlain("fixed", "every output keeps the weight that it was given", new FixedWeights());
}
