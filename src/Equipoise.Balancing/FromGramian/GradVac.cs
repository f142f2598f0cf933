using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>GradVac: turns gradients towards each other until their cosines are what they have been on average.</summary>
/// <remarks>
/// State φ̂ [outputs, outputs], 0 at first. For each i: v = g_i; for the others j in random order: φ = cos(v, g_j); where φ &lt; φ̂_ij:
/// v ← v + a g_j, a = ‖v‖ (φ̂ √(1 − φ²) − φ √(1 − φ̂²)) / (‖g_j‖ √(1 − φ̂²)); then always φ̂_ij ← (1 − β) φ̂_ij + β φ with φ from before the turn. The result is Σ v.
/// At the first step the same as <see cref="PCGrad"/>. Over the whole model; the paper also has it for each layer.
/// Source: Wang et al., "Gradient Vaccine: Investigating and Improving Multi-task Optimization in Massively Multilingual Models", 2021, algorithm 1.
/// The paper's experiments have β = 0.01, published codes 0.5, and ε = 1e-8 added to both denominators.
/// </remarks>
/// <param name="Beta">β: how fast the averages move.</param>
/// <param name="FixedOrder">Visit the others in their own order instead of a random one.</param>
public sealed record GradVac(double Beta = 0.5, bool FixedOrder = false) : BalancerSettings
{
    /// <summary>ε; with 0 the weights do not depend on the length of the gradients.</summary>
    public double Epsilon { get; init; }

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(GradVac settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _goal = new double[tasks * tasks], _coefficients = new double[tasks], _products = new double[tasks];
        private double _square;                                // of the length of the combination
        private readonly int[] _order = new int[tasks];

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            weights.Clear();
            for (int i = 0; i < n; i++)
            {
                VisitOrder.Fill(_order.AsSpan(0, n), in tasks, i, settings.FixedOrder);
                var coefficients = _coefficients.AsSpan(0, n);
                coefficients.Clear();
                coefficients[i] = 1;
                tasks.Gramian.Slice(i * n, n).CopyTo(_products);
                _square = tasks.Gramian[(i * n) + i];
                for (int place = 0; place < n; place++)
                {
                    int j = _order[place];
                    if (j != i) Turn(in tasks, coefficients, j, ref _goal[(tasks.Tasks[i] * Tasks) + tasks.Tasks[j]]);
                }

                for (int k = 0; k < n; k++) weights[k] += coefficients[k];
            }

            return true;
        }

        protected internal override void Keep(StateArrays state) => state.Array("goal", _goal);

        private void Turn(in ActiveTasks tasks, Span<double> coefficients, int j, ref double goal)
        {
            int n = coefficients.Length;
            double length = Math.Sqrt(Math.Max(_square, 0));
            double other = Math.Sqrt(tasks.Gramian[(j * n) + j]);
            double product = _products[j];
            double room = (length * other) + settings.Epsilon;
            double cosine = room == 0 ? 0 : Math.Clamp(product / room, -1, 1);
            double root = Math.Sqrt(Math.Max(1 - (goal * goal), 0));
            if (cosine < goal && (other * root) + settings.Epsilon > 0)
            {
                double change = length * ((goal * Math.Sqrt(1 - (cosine * cosine))) - (cosine * root)) / ((other * root) + settings.Epsilon);
                coefficients[j] += change;
                LongRows.AddScaled(tasks.Gramian.Slice(j * n, n), change, _products.AsSpan(0, n));
                _square = GramianMath.Dot(_products.AsSpan(0, n), coefficients);
            }

            goal = ((1 - settings.Beta) * goal) + (settings.Beta * cosine);
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>grad_vac</c>.</summary>
    public static readonly Entry<BalancerSettings> GradVac = Add("grad_vac", "turns gradients towards their usual cosines", new GradVac(),
        Setting<BalancerSettings>.Number<GradVac>("beta", "how fast the averages move", get: x => x.Beta, set: (x, v) => x with { Beta = v }, minimum: 0, maximum: 1),
        Setting<BalancerSettings>.Flag<GradVac>("fixed_order", "no random order", get: x => x.FixedOrder, set: (x, v) => x with { FixedOrder = v })).From("Wang et al., 'Gradient Vaccine: Investigating and Improving Multi-task Optimization in Massively Multilingual Models', 2021");
}
