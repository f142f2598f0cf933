using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>ConFIG: a direction with the same angle to every gradient, as long as all gradients reach along it.</summary>
/// <remarks>
/// v = D C⁺ p, C the cosines, D = diag(1 / ‖g‖), p = priority; w = (1ᵀ G v / vᵀ G v) v. The direction of <see cref="ImtlGradient"/> with another length. Weights may be negative.
/// Priorities set the ratio of the cosines. Source: Liu, Chu and Thuerey, "ConFIG: Towards Conflict-free Training of Physics Informed Neural Networks", 2025, equation 2.
/// </remarks>
public sealed record ConFig : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(ConFig settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly SymmetricEigen _eigen = new(tasks);
        private readonly double[] _norms = new double[tasks], _cosines = new double[tasks * tasks], _factor = new double[tasks * tasks], _x = new double[tasks];

        protected override bool UsesPriorities => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            var norms = _norms.AsSpan(0, n);
            var x = _x.AsSpan(0, n);
            var cosines = _cosines.AsSpan(0, n * n);
            GramianMath.Norms(tasks.Gramian, norms);
            GramianMath.Cosines(tasks.Gramian, norms, cosines);
            cosines.CopyTo(_factor);
            if (Cholesky.Factor(_factor, n, 1e-10))
            {
                tasks.Priorities.CopyTo(x);
                Cholesky.Solve(_factor, n, x);
            }
            else
            {
                _eigen.Decompose(cosines, n);
                _eigen.PseudoSolve(tasks.Priorities, x, n * 1e-14);
            }

            // In unit gradients: 1ᵀ G v = Σ_i ‖g_i‖ (C x)_i and vᵀ G v = xᵀ C x.
            double wanted = 0, reach = 0, square = GramianMath.Quadratic(cosines, x), size = 0;
            for (int i = 0; i < n; i++)
            {
                reach += norms[i] * GramianMath.Dot(cosines.Slice(i * n, n), x);
                size = Math.Max(size, Math.Abs(x[i]));
                wanted = Math.Max(wanted, tasks.Priorities[i]);
            }

            if (!(square > 1e-14 * size * size) || size < 1e-12 * wanted) return false;   // what rounding leaves of nothing
            for (int i = 0; i < n; i++) weights[i] = reach / square * (x[i] / norms[i]);
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>con_fig</c>.</summary>
    public static readonly Entry<BalancerSettings> ConFig = Add("con_fig", "a direction with the same angle to every gradient", new ConFig()).From("Liu, Chu and Thuerey, 'ConFIG: Towards Conflict-free Training of Physics Informed Neural Networks', 2025");
}
