using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>PCGrad: of each gradient, the part that conflicts with another is cut off; then they are summed.</summary>
/// <remarks>
/// For each i: v = g_i; for the others j in random order, where v · g_j &lt; 0: v ← v − (v · g_j / ‖g_j‖²) g_j. The result is Σ v. In coefficients c of v: p = (G c)_j, c_j ← c_j − p / G_jj.
/// Two outputs: w = (1 − b/a, 1 − b/d) where b = g₁ · g₂ &lt; 0. The order is decided by seed, step and output; with three or more it matters, and the result may still conflict.
/// Source: Yu et al., "Gradient Surgery for Multi-Task Learning", 2020, algorithm 1. The authors' code has a fixed order by mistake; see <see cref="FixedOrder"/>.
/// </remarks>
/// <param name="FixedOrder">Visit the others in their own order instead of a random one.</param>
public sealed record PCGrad(bool FixedOrder = false) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    /// <summary>Coefficients [n] of gradient <paramref name="task"/> after the cuts, visiting the others in an order.</summary>
    internal static void Cut(ReadOnlySpan<double> gramian, int task, ReadOnlySpan<int> order, Span<double> coefficients)
    {
        int n = coefficients.Length;
        coefficients.Clear();
        coefficients[task] = 1;
        foreach (int other in order)
        {
            if (other == task) continue;
            double product = GramianMath.Dot(gramian.Slice(other * n, n), coefficients);
            if (product < 0) coefficients[other] -= product / gramian[(other * n) + other];
        }
    }

    private sealed class Running(PCGrad settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _coefficients = new double[tasks];
        private readonly int[] _order = new int[tasks];

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            var coefficients = _coefficients.AsSpan(0, n);
            weights.Clear();
            for (int i = 0; i < n; i++)
            {
                VisitOrder.Fill(_order.AsSpan(0, n), in tasks, i, settings.FixedOrder);
                Cut(tasks.Gramian, i, _order.AsSpan(0, n), coefficients);
                for (int k = 0; k < n; k++) weights[k] += coefficients[k];
            }

            return true;
        }
    }
}

/// <summary>The order in which one gradient meets the others.</summary>
internal static class VisitOrder
{
    /// <summary>All numbers below the length, shuffled by seed, step and output unless fixed.</summary>
    public static void Fill(Span<int> order, in ActiveTasks tasks, int i, bool isFixed)
    {
        for (int k = 0; k < order.Length; k++) order[k] = k;
        if (!isFixed) new BalancerRandom(tasks.Seed, tasks.Step, purpose: 1000 + (ulong)tasks.Tasks[i]).Shuffle(order);
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>pcgrad</c>.</summary>
    public static readonly Entry<BalancerSettings> PCGrad = Add("pcgrad", "conflicting parts of the gradients are cut off", new PCGrad(),
        Setting<BalancerSettings>.Flag<PCGrad>("fixed_order", "no random order", get: x => x.FixedOrder, set: (x, v) => x with { FixedOrder = v })).From("Yu et al., 'Gradient Surgery for Multi-Task Learning', 2020");
}
