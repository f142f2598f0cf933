using System.Runtime.Intrinsics;
using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Trimmed mean: for each shared parameter the largest and smallest gradients are left out, and the rest averaged.</summary>
/// <remarks>
/// For each coordinate: sort the K values, drop t at either end, take the mean. Where fewer than 2t + 1 outputs take part, t is lowered. Gradients are multiplied with priorities
/// first; weights are priority / K. Source: Yin et al., "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", 2018, definition 2.
/// </remarks>
/// <param name="Trim">t.</param>
public sealed record TrimmedMean(int Trim = 1) : BalancerSettings
{
    /// <inheritdoc/>
    public override bool GivesDirection => true;

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gradients;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(TrimmedMean settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _values = new double[tasks * ActiveTasks.Chunk], _column = new double[tasks];

        protected override bool UsesPriorities => true;

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length, trim = Math.Min(settings.Trim, (n - 1) / 2);
            var column = _column.AsSpan(0, n);
            var direction = tasks.Direction;
            for (int start = 0; start < direction.Length; start += ActiveTasks.Chunk)
            {
                int length = Math.Min(ActiveTasks.Chunk, direction.Length - start);
                tasks.Scaled(start, length, _values);
                int done = trim == 1 ? WithoutEnds(n, length, direction.Slice(start, length)) : 0;
                for (int c = done; c < length; c++)
                {
                    for (int i = 0; i < n; i++) column[i] = _values[(i * length) + c];
                    column.Sort();
                    double sum = 0;
                    for (int i = trim; i < n - trim; i++) sum += column[i];
                    direction[start + c] = (float)(sum / (n - (2 * trim)));
                }
            }

            for (int i = 0; i < n; i++) weights[i] = tasks.Priorities[i] / n;
            return true;
        }

        // One value dropped at either end, four coordinates at a time: the least and the greatest so far are held back, what they displace is added. Gives how many coordinates are done.
        private int WithoutEnds(int n, int length, Span<float> direction)
        {
            int whole = LongRows.Whole(length);
            for (int c = 0; c < whole; c += LongRows.Width)
            {
                Vector256<double> first = LongRows.At(_values, c), second = LongRows.At(_values, length + c);
                Vector256<double> least = Vector256.Min(first, second), greatest = Vector256.Max(first, second), sum = default;
                for (int i = 2; i < n; i++)
                {
                    var next = LongRows.At(_values, (i * length) + c);
                    var middle = Vector256.Max(least, next);
                    least = Vector256.Min(least, next);
                    sum += Vector256.Min(greatest, middle);
                    greatest = Vector256.Max(greatest, middle);
                }

                sum /= Vector256.Create((double)(n - 2));
                for (int k = 0; k < LongRows.Width; k++) direction[c + k] = (float)sum[k];
            }

            return whole;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>trimmed_mean</c>.</summary>
    public static readonly Entry<BalancerSettings> TrimmedMean = Add("trimmed_mean", "the mean of each coordinate without its extremes", new TrimmedMean(),
        Setting<BalancerSettings>.Integer<TrimmedMean>("trim", "how many values are dropped at either end", get: x => x.Trim, set: (x, v) => x with { Trim = v }, minimum: 0)).From("Yin et al., 'Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates', 2018");
}
