using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Every output contributes the same to the total: weights are inverse to a running mean of each loss.</summary>
/// <remarks>
/// M ← d M + (1 − d) |L|, divided by 1 − d^steps so that it is a mean from the first step on; w = K (1 / M) / Σ (1 / M), K the outputs that take part, Σ w = K.
/// Smoother than <see cref="OptimalUncertainty"/>, and of the size of a plain sum. Means below 1e-30 count as 1e-30. No source: common practice.
/// </remarks>
/// <param name="Decay">d: the share that the mean keeps of itself in a step.</param>
public sealed record LossScale(double Decay = 0.99) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(LossScale settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _mean = new double[tasks], _steps = new double[tasks];

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            double smallest = double.PositiveInfinity, sum = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                int task = tasks.Tasks[i];
                _mean[task] = (settings.Decay * _mean[task]) + ((1 - settings.Decay) * Math.Abs(tasks.Losses[i]));
                _steps[task]++;
                weights[i] = Math.Max(_mean[task] / (1 - Math.Pow(settings.Decay, _steps[task])), 1e-30);
                smallest = Math.Min(smallest, weights[i]);
            }

            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = smallest / weights[i];
                sum += weights[i];
            }

            for (int i = 0; i < weights.Length; i++) weights[i] *= tasks.Count / sum;
            return true;
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Array("mean", _mean);
            state.Array("steps", _steps);
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>loss_scale</c>.</summary>
    public static readonly Entry<BalancerSettings> LossScale = Add("loss_scale", "every output contributes the same to the total", new LossScale(),
        Setting<BalancerSettings>.Number<LossScale>("decay", "what the running mean keeps of itself in a step", get: x => x.Decay, set: (x, v) => x with { Decay = v }, minimum: 0, below: 1));
}
