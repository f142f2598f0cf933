using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>New random weights at every step: a cheap control for every cleverer method.</summary>
/// <remarks>
/// w = softmax(z), z ~ N(0, 1) for each output; Σ w = 1, and so on average 1 / outputs of the plain sum. The draw is decided by seed, step and output.
/// Source: Lin et al., "Reasonable Effectiveness of Random Weighting: A Litmus Test for Multi-Task Learning", 2022, equation 2 with the normal distribution.
/// </remarks>
public sealed record RandomWeights : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.None;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(RandomWeights settings, int tasks) : Balancer(settings, tasks)
    {
        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            var random = new BalancerRandom(tasks.Seed, tasks.Step, purpose: 1);
            for (int i = 0; i < weights.Length; i++) weights[i] = random.Normal(tasks.Tasks[i]);
            Simplex.Softmax(weights);
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>random</c>.</summary>
    public static readonly Entry<BalancerSettings> RandomWeights = AddPlain("random", "new random weights at every step, a control", new RandomWeights()).Alias("rlw").From("Lin et al., 'Reasonable Effectiveness of Random Weighting: A Litmus Test for Multi-Task Learning', 2022");
}
