using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Geometric mean of the losses: halving any loss is worth the same.</summary>
/// <remarks>
/// Objective M = exp(mean log L), weight M / (K L), K the outputs that take part. The direction does not depend on the units of the losses.
/// A loss below 1e-30 counts as 1e-30; a negative one keeps the base weight. Taken through logarithms, where a plain product overflows with many outputs.
/// Source: Chennupati et al., "MultiNet++: Multi-Stream Feature Aggregation and Geometric Loss Strategy for Multi-Task Learning", 2019, equation 2.
/// </remarks>
public sealed record GeometricMean : BalancerSettings
{
    private const double Floor = 1e-30;

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(GeometricMean settings, int tasks) : Balancer(settings, tasks)
    {
        protected override bool WantsPositiveLosses => true;

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            double logs = 0;
            foreach (double loss in tasks.Losses) logs += Math.Log(Math.Max(loss, Floor));
            double mean = Math.Exp(logs / tasks.Count);
            for (int i = 0; i < weights.Length; i++) weights[i] = mean / (tasks.Count * Math.Max(tasks.Losses[i], Floor));
            Objective = mean;
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>geometric_mean</c>.</summary>
    public static readonly Entry<BalancerSettings> GeometricMean = Add("geometric_mean", "geometric mean of the losses", new GeometricMean()).Alias("gls").From("Chennupati et al., 'MultiNet++: Multi-Stream Feature Aggregation and Geometric Loss Strategy for Multi-Task Learning', 2019");
}
