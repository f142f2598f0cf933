using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Pareto-MTL: keeps the losses of two outputs inside one of several sectors, so that runs with different sectors find different trade-offs.</summary>
/// <remarks>
/// Reference vectors u_i = (cos φ, sin φ), φ = i π / (2 (vectors − 1)); one is chosen, u. Rows h_i = u_i − u; active are those with h_i · L / ‖L‖ &gt; 0.
/// First, until none is active but at most for some epochs: the minimum-norm combination of the rows h_iᵀ J of the active ones. Then: that of the gradients and those rows together.
/// Back to the outputs: w = s + Σ s_i h_i, divided by Σ |w|. All from the Gramian of the stacked rows. Two outputs only, as in the authors' code.
/// Where the combination is nothing there is no solution: base weights. Source: Lin et al., "Pareto Multi-Task Learning", 2019, algorithm 1.
/// </remarks>
/// <param name="Vectors">How many reference vectors, at least 2.</param>
/// <param name="Chosen">Which one this run follows, from 0: the first lets the first loss stay large.</param>
/// <param name="SearchEpochs">Longest time to get into the sector.</param>
public sealed record ParetoMtl(int Vectors = 5, int Chosen = 2, int SearchEpochs = 2) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses | BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks)
    {
        if (tasks != 2) throw new ArgumentException($"ParetoMtl is for two outputs, but there are {tasks}. Use Epo for more.", nameof(tasks));
        if (Vectors < 2 || Chosen < 0 || Chosen >= Vectors) throw new ArgumentException($"Chosen is {Chosen}, but must be from 0 to {Vectors - 1}, and Vectors at least 2.", nameof(tasks));
        return new Running(this, tasks);
    }

    private sealed class Running(ParetoMtl settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly MinimumNorm _minimum = new(settings.Vectors + 2);
        private readonly double[] _rows = new double[(settings.Vectors + 2) * 2], _stacked = new double[(settings.Vectors + 2) * (settings.Vectors + 2)], _s = new double[settings.Vectors + 2];
        private double _found;

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            if (tasks.Count < 2)
            {
                weights.Fill(1);                               // no trade-off with the other one away
                return true;
            }

            double norm = Math.Sqrt(GramianMath.Dot(tasks.Losses, tasks.Losses));
            bool searching = _found == 0 && tasks.Epoch < settings.SearchEpochs;
            int rows = searching ? 0 : 2, active = 0;
            if (!searching) ((ReadOnlySpan<double>)[1, 0, 0, 1]).CopyTo(_rows);
            for (int i = 0; i < settings.Vectors && norm > 0; i++)
            {
                double x = Math.Cos(Angle(i)) - Math.Cos(Angle(settings.Chosen)), y = Math.Sin(Angle(i)) - Math.Sin(Angle(settings.Chosen));
                if (((x * tasks.Losses[0]) + (y * tasks.Losses[1])) / norm <= 0 || i == settings.Chosen) continue;
                _rows[rows * 2] = x;
                _rows[(rows * 2) + 1] = y;
                rows++;
                active++;
            }

            if (searching && active == 0)
            {
                _found = 1;
                return Solve(in tasks, weights);
            }

            return Combine(tasks.Gramian, rows, weights);
        }

        protected internal override void Keep(StateArrays state) => state.Number("found", ref _found);

        private double Angle(int i) => i * Math.PI / (2 * (settings.Vectors - 1));

        private bool Combine(ReadOnlySpan<double> gramian, int rows, Span<double> weights)
        {
            for (int i = 0; i < rows; i++)
            {
                double x = _rows[i * 2], y = _rows[(i * 2) + 1];
                double first = (x * gramian[0]) + (y * gramian[2]), second = (x * gramian[1]) + (y * gramian[3]);
                for (int j = 0; j < rows; j++) _stacked[(i * rows) + j] = (first * _rows[j * 2]) + (second * _rows[(j * 2) + 1]);
                _stacked[(i * rows) + i] = Math.Max(_stacked[(i * rows) + i], 0);
            }

            _minimum.Solve(_stacked.AsSpan(0, rows * rows), _s.AsSpan(0, rows));
            weights.Clear();
            for (int i = 0; i < rows; i++)
            {
                weights[0] += _s[i] * _rows[i * 2];
                weights[1] += _s[i] * _rows[(i * 2) + 1];
            }

            double size = Math.Abs(weights[0]) + Math.Abs(weights[1]);
            if (!(size > 1e-12)) return false;
            weights[0] /= size;
            weights[1] /= size;
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>pareto_mtl</c>.</summary>
    public static readonly Entry<BalancerSettings> ParetoMtl = Add("pareto_mtl", "keeps two losses inside a sector of trade-offs", new ParetoMtl(),
        Setting<BalancerSettings>.Integer<ParetoMtl>("vectors", "how many sectors", get: x => x.Vectors, set: (x, v) => x with { Vectors = v }, minimum: 2),
        Setting<BalancerSettings>.Integer<ParetoMtl>("chosen", "which sector, from 0", get: x => x.Chosen, set: (x, v) => x with { Chosen = v }, minimum: 0),
        Setting<BalancerSettings>.Integer<ParetoMtl>("search_epochs", "longest time to get into the sector", get: x => x.SearchEpochs, set: (x, v) => x with { SearchEpochs = v }, minimum: 0)).From("Lin et al., 'Pareto Multi-Task Learning', 2019");
}
