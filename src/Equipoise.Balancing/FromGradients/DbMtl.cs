using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>DB-MTL: gradients of the logarithms of the losses, all made as long as the longest of them.</summary>
/// <remarks>
/// g' = g / (L + 1e-8); b ← g' + β t^(−β_σ) (b − g') for each output, 0 at first and not corrected for it; α = max ‖b‖ / (‖b‖ + 1e-8); direction Σ α b. With β = 0 it needs no memory.
/// The weights, for the layers of one output alone, are 1 / (L + 1e-8), the gradient of the logarithm. Priorities multiply b. t counts steps from 1.
/// Source: Lin et al., "Dual-Balancing for Multi-Task Learning", 2023, algorithm 1.
/// </remarks>
/// <param name="Beta">β: share of the old gradient.</param>
/// <param name="BetaDecay">β_σ.</param>
public sealed record DbMtl(double Beta = 0.9, double BetaDecay = 0) : BalancerSettings
{
    /// <inheritdoc/>
    public override bool GivesDirection => true;

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses | BalancerNeeds.Gradients;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(DbMtl settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly GradientMemory _means = new(tasks);
        private readonly double[] _scale = new double[tasks];
        private double _steps;

        protected override bool UsesPriorities => true;

        protected override bool WantsPositiveLosses => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length, length = tasks.Direction.Length;
            double beta = settings.Beta * Math.Pow(++_steps, -settings.BetaDecay), longest = 0;
            for (int i = 0; i < n; i++)
            {
                weights[i] = 1 / (tasks.Losses[i] + 1e-8);
                var mean = _means.Row(tasks.Tasks[i], length);
                var gradient = tasks.Gradient(i);
                LongRows.Follow(gradient[..length], weights[i], beta, mean);
                _scale[i] = Math.Sqrt(LongRows.Dot(mean, mean));
                longest = Math.Max(longest, _scale[i]);
                weights[i] *= tasks.Priorities[i];
            }

            for (int i = 0; i < n; i++) _scale[i] = tasks.Priorities[i] * longest / (_scale[i] + 1e-8);
            _means.Combine(tasks.Tasks, _scale.AsSpan(0, n), tasks.Direction);
            return true;
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Number("steps", ref _steps);
            _means.Keep(state, "means");
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>db_mtl</c>.</summary>
    public static readonly Entry<BalancerSettings> DbMtl = Add("db_mtl", "gradients of the log-losses, all as long as the longest", new DbMtl(),
        Setting<BalancerSettings>.Number<DbMtl>("beta", "share of the old gradient", get: x => x.Beta, set: (x, v) => x with { Beta = v }, minimum: 0, below: 1),
        Setting<BalancerSettings>.Number<DbMtl>("beta_decay", "power of the step number that beta falls with", get: x => x.BetaDecay, set: (x, v) => x with { BetaDecay = v }, minimum: 0)).From("Lin et al., 'Dual-Balancing for Multi-Task Learning', 2023");
}
