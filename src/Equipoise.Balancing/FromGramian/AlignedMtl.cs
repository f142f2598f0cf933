using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Aligned-MTL: makes the gradients orthogonal and equally long, with as little change as possible, and adds them up.</summary>
/// <remarks>
/// G = V Λ Vᵀ; eigenvalues above K ε λ_max are kept, ε = 2^−23 as in float32; w = √σ V Λ^(−1/2) Vᵀ p with σ the smallest kept eigenvalue (or the lower median, or the mean)
/// and p = priority / K. Source: Senushkin et al., "Independent Component Alignment for Multi-Task Learning", 2023, algorithm 1.
/// Published codes differ in p: 1, here with <see cref="Sum"/>, or 1 / K.
/// </remarks>
/// <param name="Scale">σ.</param>
/// <param name="Sum">p = priority instead of priority / K.</param>
public sealed record AlignedMtl(AlignedScale Scale = AlignedScale.Minimum, bool Sum = false) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(AlignedMtl settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly SymmetricEigen _eigen = new(tasks);
        private readonly double[] _scaled = new double[tasks * tasks], _kept = new double[tasks];

        protected override bool UsesPriorities => true;

        protected override double BaseWeight(int count) => settings.Sum ? 1 : 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length, rank = 0;
            double trace = 0, largest = 0;
            for (int i = 0; i < n; i++) trace += tasks.Gramian[(i * n) + i];
            for (int i = 0; i < n * n; i++) _scaled[i] = tasks.Gramian[i] / trace;
            _eigen.Decompose(_scaled, n);
            foreach (double value in _eigen.Values) largest = Math.Max(largest, value);
            double threshold = largest * n * 1.1920929e-7;
            foreach (double value in _eigen.Values)
            {
                if (value > threshold) _kept[rank++] = value;
            }

            var kept = _kept.AsSpan(0, rank);
            kept.Sort();
            double sigma = kept[0];
            if (settings.Scale == AlignedScale.Median) sigma = kept[(rank - 1) / 2];
            if (settings.Scale == AlignedScale.Mean)
            {
                sigma = 0;
                foreach (double value in kept) sigma += value / rank;
            }

            weights.Clear();
            for (int k = 0; k < n; k++)
            {
                double value = _eigen.Values[k], along = 0;
                if (value <= threshold) continue;
                for (int i = 0; i < n; i++) along += _eigen.Vector(k, i) * tasks.Priorities[i] * BaseWeight(tasks.Total);
                along *= Math.Sqrt(sigma / value);
                for (int i = 0; i < n; i++) weights[i] += along * _eigen.Vector(k, i);
            }

            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>aligned_mtl</c>.</summary>
    public static readonly Entry<BalancerSettings> AlignedMtl = Add("aligned_mtl", "gradients made orthogonal and equally long", new AlignedMtl(),
        Setting<BalancerSettings>.Choice<AlignedMtl, AlignedScale>("scale", "the length they get", get: x => x.Scale, set: (x, v) => x with { Scale = v }),
        Setting<BalancerSettings>.Flag<AlignedMtl>("sum", "their sum instead of their mean", get: x => x.Sum, set: (x, v) => x with { Sum = v })).From("Senushkin et al., 'Independent Component Alignment for Multi-Task Learning', 2023");
}
