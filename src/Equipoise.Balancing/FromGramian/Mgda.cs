using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>MGDA: the shortest convex combination of the gradients. Every step that is not zero improves all outputs.</summary>
/// <remarks>
/// min over w on the simplex of wᵀ G w; Σ w = 1. With a normaliser n the gradients are g / n: the length of the gradient (l2), the loss, or their product.
/// Exact (active set, closed form for two), where published codes iterate Frank and Wolfe's method to about 1e-3. Favours small gradients: scale matters unless normalised.
/// The weights go to the raw losses, as in the authors' trainer; with <see cref="CombineNormalized"/> they are divided by n as well, as LibMTL does.
/// Source: Désidéri, "Multiple-gradient descent algorithm (MGDA) for multiobjective optimization", 2012; Sener and Koltun, "Multi-Task Learning as Multi-Objective
/// Optimization", 2018, algorithm 2. Differs: a pair may have weights 1 and 0, where their code has 0.999 and 0.001.
/// </remarks>
/// <param name="Normalizer">What each gradient is divided by first.</param>
/// <param name="CombineNormalized">Combine the normalised gradients instead of the raw ones.</param>
public sealed record Mgda(GradientNormalizer Normalizer = GradientNormalizer.None, bool CombineNormalized = false) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian | (Normalizer is GradientNormalizer.Loss or GradientNormalizer.LossTimesNorm ? BalancerNeeds.Losses : BalancerNeeds.None);

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(Mgda settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly MinimumNorm _minimum = new(tasks);
        private readonly double[] _normalizer = new double[tasks], _scaled = new double[tasks * tasks];

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            if (settings.Normalizer == GradientNormalizer.None)
            {
                _minimum.Solve(tasks.Gramian, weights);
                return true;
            }

            for (int i = 0; i < n; i++)
            {
                double loss = settings.Normalizer == GradientNormalizer.Norm ? 1 : Math.Max(Math.Abs(tasks.Losses[i]), 1e-30);
                double norm = settings.Normalizer == GradientNormalizer.Loss ? 1 : Math.Sqrt(tasks.Gramian[(i * n) + i]);
                _normalizer[i] = loss * norm;
            }

            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++) _scaled[(i * n) + j] = tasks.Gramian[(i * n) + j] / _normalizer[i] / _normalizer[j];
            }

            _minimum.Solve(_scaled.AsSpan(0, n * n), weights);
            for (int i = 0; i < n && settings.CombineNormalized; i++) weights[i] /= _normalizer[i];
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>mgda</c>.</summary>
    public static readonly Entry<BalancerSettings> Mgda = Add("mgda", "the shortest convex combination of the gradients", new Mgda(),
        Setting<BalancerSettings>.Choice<Mgda, GradientNormalizer>("normalizer", "what each gradient is divided by first", get: x => x.Normalizer, set: (x, v) => x with { Normalizer = v }),
        Setting<BalancerSettings>.Flag<Mgda>("combine_normalized", "combine the normalised gradients", get: x => x.CombineNormalized, set: (x, v) => x with { CombineNormalized = v })).From("Désidéri, 'Multiple-gradient descent algorithm (MGDA) for multiobjective optimization', 2012; Sener and Koltun, 'Multi-Task Learning as Multi-Objective Optimization', 2018");
}
