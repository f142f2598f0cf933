using System.Runtime.Intrinsics;
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
        private readonly double[] _values = new double[tasks * ActiveTasks.Chunk], _sums = new double[ActiveTasks.Chunk], _sizes = new double[ActiveTasks.Chunk];

        protected override bool UsesPriorities => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            var random = new BalancerRandom(tasks.Seed, tasks.Step, purpose: 2);
            var direction = tasks.Direction;
            for (int start = 0; start < direction.Length; start += ActiveTasks.Chunk)
            {
                int length = Math.Min(ActiveTasks.Chunk, direction.Length - start);
                tasks.Scaled(start, length, _values);
                AddUp(weights.Length, length);
                for (int c = 0; c < length; c++)
                {
                    // 1 keeps what is positive, −1 what is negative.
                    double positive = _sizes[c] == 0 ? 0 : 0.5 * (1 + (_sums[c] / _sizes[c]));
                    double drawn = random.Uniform(start + c);
                    _sizes[c] = positive > drawn ? 1 : positive < drawn ? -1 : 0;
                }

                Keep(weights.Length, length, direction.Slice(start, length));
            }

            tasks.Priorities.CopyTo(weights);
            return true;
        }

        // Sums of the values and of their sizes, coordinate by coordinate.
        private void AddUp(int count, int length)
        {
            Array.Clear(_sums);
            Array.Clear(_sizes);
            for (int i = 0; i < count; i++)
            {
                var row = _values.AsSpan(i * length, length);
                LongRows.AddScaled(row, 1, _sums);
                int whole = LongRows.Whole(length);
                for (int c = 0; c < whole; c += LongRows.Width) (LongRows.At(_sizes, c) + Vector256.Abs(LongRows.At(row, c))).CopyTo(_sizes.AsSpan(c, LongRows.Width));
                for (int c = whole; c < length; c++) _sizes[c] += Math.Abs(row[c]);
            }
        }

        // The sum of what is kept, coordinate by coordinate; _sizes has the signs.
        private void Keep(int count, int length, Span<float> direction)
        {
            Array.Clear(_sums);
            var leak = Vector256.Create(settings.Leak);
            for (int i = 0; i < count; i++)
            {
                var row = _values.AsSpan(i * length, length);
                int whole = LongRows.Whole(length);
                for (int c = 0; c < whole; c += LongRows.Width)
                {
                    Vector256<double> g = LongRows.At(row, c), kept = Vector256.GreaterThan(g * LongRows.At(_sizes, c), Vector256<double>.Zero);
                    (LongRows.At(_sums, c) + Vector256.ConditionalSelect(kept, g, leak * g)).CopyTo(_sums.AsSpan(c, LongRows.Width));
                }

                for (int c = whole; c < length; c++) _sums[c] += row[c] * _sizes[c] > 0 ? row[c] : settings.Leak * row[c];
            }

            for (int c = 0; c < length; c++) direction[c] = (float)_sums[c];
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>grad_drop</c>.</summary>
    public static readonly Entry<BalancerSettings> GradDrop = Add("grad_drop", "one sign is drawn for each coordinate", new GradDrop(),
        Setting<BalancerSettings>.Number<GradDrop>("leak", "share of a dropped gradient that is let through", get: x => x.Leak, set: (x, v) => x with { Leak = v }, minimum: 0, maximum: 1)).From("Chen et al., 'Just Pick a Sign: Optimizing Deep Multitask Models with Gradient Sign Dropout', 2020");
}
