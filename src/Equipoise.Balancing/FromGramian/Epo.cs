using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>EPO search: steers the losses to a wanted ratio, and then down along it.</summary>
/// <remarks>
/// r = priority, q = r L, l̂ = q / Σ q, non-uniformity μ = Σ l̂ log(K l̂), a = r (log(K l̂) − μ), c = G a. While μ &gt; 1e-4 (balance): max w · c over the simplex with (G w)_j ≥ b_j,
/// where if any c_j &gt; 0: no bound for those j, 0 for the j with the largest q, c_j for the rest; else 0 for all. Then (dominance): max Σ (G w)_j with G w ≥ 0 and, unless relaxed,
/// w · c ≥ −max(0, −max c). By an exact linear program. The weights are K w: w sums to 1. Where the program has no point: r / Σ r. Equal r L is the goal: a large priority
/// makes a small loss. Reaches every ratio, also on trade-off curves that no fixed weights follow. Negative losses keep the base weight.
/// Source: Mahapatra and Rajan, "Multi-Task Learning with User Preferences: Gradient Descent with Controlled Ascent in Pareto Optimization", 2020, algorithm 1 and its code.
/// </remarks>
/// <param name="Relaxed">In dominance mode the ratio may be lost again.</param>
public sealed record Epo(bool Relaxed = false) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses | BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(Epo settings, int tasks) : Balancer(settings, tasks)
    {
        private const double Balanced = 1e-4;
        private readonly LinearProgram _program = new(tasks, tasks + 1);
        private readonly double[] _scaled = new double[tasks * tasks], _q = new double[tasks], _a = new double[tasks], _c = new double[tasks];
        private readonly double[] _rows = new double[(tasks + 1) * tasks], _bounds = new double[tasks + 1];

        protected override bool UsesPriorities => true;

        protected override bool WantsPositiveLosses => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            double trace = 0;
            for (int i = 0; i < n; i++) trace += tasks.Gramian[(i * n) + i];
            for (int i = 0; i < n * n; i++) _scaled[i] = tasks.Gramian[i] / trace;
            double uniformity = Anchor(in tasks);
            var c = _c.AsSpan(0, n);
            GramianMath.Multiply(_scaled.AsSpan(0, n * n), _a.AsSpan(0, n), c);
            bool found = uniformity > Balanced ? Balance(c, weights) : Dominate(c, weights);
            double sum = 0;
            foreach (double priority in tasks.Priorities) sum += priority;
            for (int i = 0; i < n; i++) weights[i] = n * (found ? weights[i] : tasks.Priorities[i] / sum);
            return true;
        }

        private double Anchor(in ActiveTasks tasks)
        {
            int n = tasks.Count;
            double sum = 0, uniformity = 0;
            for (int i = 0; i < n; i++)
            {
                _q[i] = tasks.Priorities[i] * tasks.Losses[i];
                sum += _q[i];
            }

            for (int i = 0; i < n; i++)
            {
                double share = sum > 0 ? _q[i] / sum : 1.0 / n;
                _a[i] = Math.Log(Math.Max(n * share, 2.220446049250313e-16));
                uniformity += share * _a[i];
            }

            for (int i = 0; i < n; i++) _a[i] = tasks.Priorities[i] * (_a[i] - uniformity);
            return uniformity;
        }

        private bool Balance(ReadOnlySpan<double> c, Span<double> weights)
        {
            int n = weights.Length, rows = 0, largest = 0;
            bool any = false;
            for (int j = 0; j < n; j++)
            {
                any |= c[j] > 0;
                if (_q[j] > _q[largest]) largest = j;
            }

            for (int j = 0; j < n; j++)
            {
                if (any && c[j] > 0 && _q[j] != _q[largest]) continue;
                _scaled.AsSpan(j * n, n).CopyTo(_rows.AsSpan(rows * n));
                _bounds[rows++] = !any || _q[j] == _q[largest] ? 0 : c[j];
            }

            return _program.Solve(c, _rows.AsSpan(0, rows * n), _bounds.AsSpan(0, rows), weights);
        }

        private bool Dominate(ReadOnlySpan<double> c, Span<double> weights)
        {
            int n = weights.Length, rows = n;
            double most = double.NegativeInfinity;
            Span<double> gain = _a.AsSpan(0, n);
            gain.Clear();
            for (int j = 0; j < n; j++)
            {
                most = Math.Max(most, c[j]);
                for (int i = 0; i < n; i++) gain[i] += _scaled[(j * n) + i];
                _scaled.AsSpan(j * n, n).CopyTo(_rows.AsSpan(j * n));
                _bounds[j] = 0;
            }

            if (!settings.Relaxed)
            {
                c.CopyTo(_rows.AsSpan(rows * n));
                _bounds[rows++] = -Math.Max(0, -most);
            }

            return _program.Solve(gain, _rows.AsSpan(0, rows * n), _bounds.AsSpan(0, rows), weights);
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>epo</c>.</summary>
    public static readonly Entry<BalancerSettings> Epo = Add("epo", "steers the losses to a wanted ratio, then down along it", new Epo(),
        Setting<BalancerSettings>.Flag<Epo>("relaxed", "the ratio may be lost again", get: x => x.Relaxed, set: (x, v) => x with { Relaxed = v })).From("Mahapatra and Rajan, 'Multi-Task Learning with User Preferences: Gradient Descent with Controlled Ascent in Pareto Optimization', 2020");
}
