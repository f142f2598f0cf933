using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>CoV-Weighting: an output whose relative loss still varies much gets more weight; one that has settled gets less.</summary>
/// <remarks>
/// l = L / (running mean of L before this step), 1 at first; w = c / Σ c with c = σ / m, the running standard deviation and mean of l before this step;
/// 1 / K in the first two steps. σ² = (sum of squares about the mean) / steps + 1e-8. Each output counts its own steps, so that a masked one changes nothing.
/// Does not depend on the units of the losses. Source: Groenendijk et al., "Multi-Loss Weighting with Coefficient of Variations", 2021, equations 3 to 6.
/// </remarks>
/// <param name="Decay">0: means of all steps so far; else the share that a mean keeps of itself in a step.</param>
public sealed record CoefficientOfVariation(double Decay = 0) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(CoefficientOfVariation settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _steps = new double[tasks], _meanLoss = new double[tasks], _mean = new double[tasks], _squares = new double[tasks], _deviation = new double[tasks];

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            bool early = false;
            double sum = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                int task = tasks.Tasks[i];
                early |= _steps[task] <= 1;
                weights[i] = _mean[task] == 0 ? 0 : _deviation[task] / _mean[task];
                sum += weights[i];
                Learn(task, tasks.Losses[i]);
            }

            for (int i = 0; i < weights.Length; i++) weights[i] = early || !(sum > 0) ? 1.0 / tasks.Count : weights[i] / sum;
            return true;
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Array("steps", _steps);
            state.Array("mean_loss", _meanLoss);
            state.Array("mean", _mean);
            state.Array("squares", _squares);
            state.Array("deviation", _deviation);
        }

        private void Learn(int task, double loss)
        {
            double t = _steps[task], reference = t == 0 ? loss : _meanLoss[task];
            double ratio = reference == 0 ? 1 : loss / reference;
            double keep = t == 0 ? 0 : settings.Decay > 0 ? settings.Decay : 1 - (1 / (t + 1));
            double mean = (keep * _mean[task]) + ((1 - keep) * ratio);
            _squares[task] += (ratio - _mean[task]) * (ratio - mean);
            _mean[task] = mean;
            _deviation[task] = Math.Sqrt((_squares[task] / (t + 1)) + 1e-8);
            _meanLoss[task] = (keep * _meanLoss[task]) + ((1 - keep) * loss);
            _steps[task] = t + 1;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>coefficient_of_variation</c>.</summary>
    public static readonly Entry<BalancerSettings> CoefficientOfVariation = Add("coefficient_of_variation", "an output whose relative loss varies much gets more weight", new CoefficientOfVariation(),
        Setting<BalancerSettings>.Number<CoefficientOfVariation>("decay", "what a mean keeps of itself in a step; 0: all steps count alike", get: x => x.Decay, set: (x, v) => x with { Decay = v }, minimum: 0, below: 1)).Alias("cov").From("Groenendijk et al., 'Multi-Loss Weighting with Coefficient of Variations', 2021");
}
