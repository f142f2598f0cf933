using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>GradDrop: where outputs disagree about the sign of a coordinate, one sign is drawn and the others are dropped.</summary>
/// <remarks>
/// For each shared parameter: P = ½ (1 + Σ g / Σ |g|), U uniform; g_k is kept (M = 1) where P &gt; U and g_k &gt; 0, or P &lt; U and g_k &lt; 0; the direction is Σ (ℓ + (1 − ℓ) M) g.
/// A coordinate that is zero for all stays zero. The draw is decided by seed, step and coordinate. Gradients are multiplied with priorities first; weights are the priorities.
/// Source: Chen et al., "Just Pick a Sign: Optimizing Deep Multitask Models with Gradient Sign Dropout", 2020, algorithm 1, on the gradients of the parameters; the paper applies it to
/// those of a representation. Kurin et al. (2022) found a control that ignores the signs to do as well.
/// </remarks>
/// <param name="Leak">ℓ: share of a dropped gradient that is let through.</param>
public sealed record GradDrop(double Leak = 0) : BalancerSettings
{
    /// <inheritdoc/>
    public override bool GivesDirection => true;

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gradients;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(GradDrop settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _values = new double[tasks * ActiveTasks.Chunk];

        protected override bool UsesPriorities => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            var random = new BalancerRandom(tasks.Seed, tasks.Step, purpose: 2);
            var direction = tasks.Direction;
            for (int start = 0; start < direction.Length; start += ActiveTasks.Chunk)
            {
                int length = Math.Min(ActiveTasks.Chunk, direction.Length - start);
                tasks.Scaled(start, length, _values);
                for (int c = 0; c < length; c++) direction[start + c] = (float)Keep(weights.Length, length, c, random.Uniform(start + c));
            }

            tasks.Priorities.CopyTo(weights);
            return true;
        }

        // One coordinate of the chunk: the sum of what is kept.
        private double Keep(int count, int length, int c, double drawn)
        {
            double sum = 0, size = 0, kept = 0;
            for (int i = 0; i < count; i++)
            {
                double g = _values[(i * length) + c];
                sum += g;
                size += Math.Abs(g);
            }

            double positive = size == 0 ? 0 : 0.5 * (1 + (sum / size));
            for (int i = 0; i < count; i++)
            {
                double g = _values[(i * length) + c];
                bool keep = (positive > drawn && g > 0) || (positive < drawn && g < 0);
                kept += keep ? g : settings.Leak * g;
            }

            return kept;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>grad_drop</c>.</summary>
    public static readonly Entry<BalancerSettings> GradDrop = Add("grad_drop", "one sign is drawn for each coordinate", new GradDrop(),
        Setting<BalancerSettings>.Number<GradDrop>("leak", "share of a dropped gradient that is let through", get: x => x.Leak, set: (x, v) => x with { Leak = v }, minimum: 0, maximum: 1)).From("Chen et al., 'Just Pick a Sign: Optimizing Deep Multitask Models with Gradient Sign Dropout', 2020");
}
