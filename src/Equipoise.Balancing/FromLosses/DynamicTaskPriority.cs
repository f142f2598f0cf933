using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Dynamic task prioritisation: outputs with a poor figure of merit get most of the weight, as hard examples do in the focal loss.</summary>
/// <remarks>
/// w = −(1 − κ)^γ log κ, κ the running mean of the output's score in (0, 1] at the ends of epochs: κ ← smoothing × score + (1 − smoothing) × κ.
/// κ is held to [1e-4, 1]; at κ = 1 the weight is 0. All weights are 1 until a score was told; an output without scores stays at 1.
/// Source: Guo et al., "Dynamic Task Prioritization for Multitask Learning", 2018, equations 2 and 3. Differs: scores at the ends of epochs, not at each step.
/// </remarks>
/// <param name="Gamma">γ: how much the poor ones are preferred.</param>
/// <param name="Smoothing">Share of the newest score.</param>
public sealed record DynamicTaskPriority(double Gamma = 1, double Smoothing = 0.9) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Scores;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running : Balancer
    {
        private readonly DynamicTaskPriority _settings;
        private readonly double[] _score;

        public Running(DynamicTaskPriority settings, int tasks) : base(settings, tasks)
        {
            _settings = settings;
            _score = new double[tasks];
            _score.AsSpan().Fill(double.NaN);
        }

        public override void EndEpoch(ReadOnlySpan<double> meanLosses, ReadOnlySpan<double> scores = default)
        {
            for (int k = 0; k < scores.Length; k++)
            {
                if (!double.IsFinite(scores[k])) continue;
                _score[k] = double.IsNaN(_score[k]) ? scores[k] : (_settings.Smoothing * scores[k]) + ((1 - _settings.Smoothing) * _score[k]);
            }
        }

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                double score = Math.Clamp(_score[tasks.Tasks[i]], 1e-4, 1);
                weights[i] = double.IsNaN(score) ? 1 : Math.Pow(1 - score, _settings.Gamma) * -Math.Log(score);
            }

            return true;
        }

        protected internal override void Keep(StateArrays state) => state.Array("score", _score);
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>dynamic_task_priority</c>.</summary>
    public static readonly Entry<BalancerSettings> DynamicTaskPriority = Add("dynamic_task_priority", "outputs with a poor figure of merit get most of the weight", new DynamicTaskPriority(),
        Setting<BalancerSettings>.Number<DynamicTaskPriority>("gamma", "how much the poor ones are preferred", get: x => x.Gamma, set: (x, v) => x with { Gamma = v }, minimum: 0),
        Setting<BalancerSettings>.Number<DynamicTaskPriority>("smoothing", "share of the newest score", get: x => x.Smoothing, set: (x, v) => x with { Smoothing = v }, above: 0, maximum: 1)).Alias("dtp").From("Guo et al., 'Dynamic Task Prioritization for Multitask Learning', 2018");
}
