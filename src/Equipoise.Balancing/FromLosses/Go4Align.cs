using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>GO4Align: scales the losses to one size, leans towards outputs that did well, and gives outputs of one group the same weight.</summary>
/// <remarks>
/// p ← p e^(−η L), divided by its sum (1 / K at first); v = (Σ L / L) p; the v are split into groups of neighbours with the least squares about their means, and each
/// output's weight is the mean of its group. One group: the mean of v for all. Negative losses keep the base weight.
/// Source: Shen et al., "GO4Align: Group Optimization for Multi-Task Alignment", 2024, algorithm 1. Differs: the groups on a line are found exactly, by trying every
/// cut (dynamic programming), where the published code starts k-means from random centres.
/// </remarks>
/// <param name="Groups">How many groups, at most.</param>
/// <param name="Rate">η.</param>
public sealed record Go4Align(int Groups = 2, double Rate = 1e-4) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running : Balancer
    {
        private readonly Go4Align _settings;
        private readonly double[] _share, _sorted, _cost;
        private readonly int[] _order, _cut;

        public Running(Go4Align settings, int tasks) : base(settings, tasks)
        {
            if (settings.Groups < 1) throw new ArgumentException($"There are {settings.Groups} groups, but there must be at least 1.", nameof(settings));
            _settings = settings;
            _share = new double[tasks];
            _share.AsSpan().Fill(1.0 / tasks);
            _sorted = new double[tasks];
            _order = new int[tasks];
            _cost = new double[(tasks + 1) * (tasks + 1)];
            _cut = new int[(tasks + 1) * (tasks + 1)];
        }

        protected override bool WantsPositiveLosses => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            double shares = 0, losses = 0, before = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                int task = tasks.Tasks[i];
                before += _share[task];
                _share[task] *= Math.Exp(-_settings.Rate * tasks.Losses[i]);
                shares += _share[task];
                losses += tasks.Losses[i];
            }

            for (int i = 0; i < weights.Length; i++)
            {
                double share = shares > 0 ? _share[tasks.Tasks[i]] / shares : 1.0 / tasks.Count;
                _share[tasks.Tasks[i]] = share * before;       // those that take no part keep theirs
                weights[i] = losses > 0 ? losses / Math.Max(tasks.Losses[i], 1e-30) * share : share;
            }

            Group(weights, Math.Min(_settings.Groups, weights.Length));
            return true;
        }

        protected internal override void Keep(StateArrays state) => state.Array("share", _share);

        private void Group(Span<double> values, int groups)
        {
            int n = values.Length, row = Tasks + 1;
            var sorted = _sorted.AsSpan(0, n);
            values.CopyTo(sorted);
            for (int i = 0; i < n; i++) _order[i] = i;
            sorted.Sort(_order.AsSpan(0, n));
            for (int end = 0; end <= n; end++) _cost[end] = end == 0 ? 0 : double.PositiveInfinity;
            for (int g = 1; g <= groups; g++)
            {
                _cost[g * row] = double.PositiveInfinity;
                for (int end = 1; end <= n; end++)
                {
                    double least = double.PositiveInfinity, mean = 0, squares = 0;
                    for (int start = end - 1; start >= 0; start--)
                    {
                        double gap = sorted[start] - mean;
                        mean += gap / (end - start);
                        squares += gap * (sorted[start] - mean);
                        double cost = _cost[((g - 1) * row) + start] + squares;
                        if (!(cost < least)) continue;
                        least = cost;
                        _cut[(g * row) + end] = start;
                    }

                    _cost[(g * row) + end] = least;
                }
            }

            for (int g = groups, end = n; g >= 1; g--)
            {
                int start = _cut[(g * row) + end];
                double mean = 0;
                for (int i = start; i < end; i++) mean += sorted[i] / (end - start);
                for (int i = start; i < end; i++) values[_order[i]] = mean;
                end = start;
            }
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>go4align</c>.</summary>
    public static readonly Entry<BalancerSettings> Go4Align = Add("go4align", "losses of one size, and one weight for outputs of one group", new Go4Align(),
        Setting<BalancerSettings>.Integer<Go4Align>("groups", "how many groups, at most", get: x => x.Groups, set: (x, v) => x with { Groups = v }, minimum: 1),
        Setting<BalancerSettings>.Number<Go4Align>("rate", "how fast it leans towards outputs that did well", get: x => x.Rate, set: (x, v) => x with { Rate = v }, minimum: 0)).From("Shen et al., 'GO4Align: Group Optimization for Multi-Task Alignment', 2024");
}
