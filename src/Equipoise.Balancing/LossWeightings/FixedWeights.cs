using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Every task keeps the weight that the user gave it. Well-chosen fixed weights are the method to beat.</summary>
/// <remarks>w = priority, at every step. A weight of 0 leaves the task out of training; its loss is still reported.</remarks>
public sealed record FixedWeights : BalancerSettings
{
    /// <inheritdoc/>
    public override BalancerNeeds Needs => BalancerNeeds.None;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running();

    private sealed class Running : Balancer
    {
        public override void Weigh(in BalancerInput input, Span<double> weights) => input.Priorities.CopyTo(weights);
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>fixed</c>.</summary>
    public static readonly Entry<BalancerSettings> FixedWeights = Add("fixed", "every output keeps the weight that it was given", new FixedWeights());
}
