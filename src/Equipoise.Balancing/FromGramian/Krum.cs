using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Multi-Krum: the mean of those gradients that lie closest to the others; outliers are left out.</summary>
/// <remarks>
/// d_ij² = G_ii + G_jj − 2 G_ij; the score of i is the sum of its K − f − 2 smallest distances to others, at least one; the m best scores get weight 1 / m each, ties by number.
/// Made for workers that may lie, f of K ≥ f + 3: with outputs it is a control more than a method. With fewer outputs taking part than selected, all are.
/// Source: Blanchard et al., "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", 2017, section 4.
/// </remarks>
/// <param name="Outliers">f.</param>
/// <param name="Selected">m.</param>
public sealed record Krum(int Outliers = 0, int Selected = 1) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(Krum settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _scores = new double[tasks], _distances = new double[tasks];
        private readonly int[] _order = new int[tasks];

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length, near = Math.Min(Math.Max(n - settings.Outliers - 2, 1), n - 1), selected = Math.Min(settings.Selected, n);
            for (int i = 0; i < n; i++)
            {
                int others = 0;
                for (int j = 0; j < n; j++)
                {
                    if (j == i) continue;
                    _distances[others++] = Math.Sqrt(Math.Max(tasks.Gramian[(i * n) + i] + tasks.Gramian[(j * n) + j] - (2 * tasks.Gramian[(i * n) + j]), 0));
                }

                _distances.AsSpan(0, others).Sort();
                _scores[i] = 0;
                for (int k = 0; k < near; k++) _scores[i] += _distances[k];
                _order[i] = i;
            }

            weights.Clear();
            for (int k = 0; k < selected; k++)
            {
                int best = k;
                for (int j = k + 1; j < n; j++)
                {
                    if (_scores[_order[j]] < _scores[_order[best]]) best = j;
                }

                int chosen = _order[best];
                for (int j = best; j > k; j--) _order[j] = _order[j - 1];
                _order[k] = chosen;
                weights[chosen] = 1.0 / selected;
            }

            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>krum</c>.</summary>
    public static readonly Entry<BalancerSettings> Krum = Add("krum", "the mean of the gradients closest to the others", new Krum(),
        Setting<BalancerSettings>.Integer<Krum>("outliers", "how many gradients may be wrong", get: x => x.Outliers, set: (x, v) => x with { Outliers = v }, minimum: 0),
        Setting<BalancerSettings>.Integer<Krum>("selected", "how many gradients are averaged", get: x => x.Selected, set: (x, v) => x with { Selected = v }, minimum: 1)).From("Blanchard et al., 'Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent', 2017");
}
