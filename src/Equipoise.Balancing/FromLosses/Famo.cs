using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>FAMO: balances how fast the logarithms of the losses fall, from the losses before and after each step alone.</summary>
/// <remarks>
/// z = softmax(ξ), D = L − b + 1e-8 with b the lower bound of the loss, c = 1 / Σ (z / D); objective c Σ z log D, weight c z / D, Σ w = 1.
/// After the update, with the losses L' of the same rows: δ = log D(L) − log D(L'), ξ is stepped by Adam against z (δ − Σ z δ) + γ ξ: an output that improved
/// more loses weight. Only outputs that took part in both learn. L below b counts as b: a bound that is not one then shows as a huge weight, not as NaN.
/// Source: Liu et al., "FAMO: Fast Adaptive Multitask Optimization", 2023, algorithm 1. γ is 1e-3 in most published codes, but 0 in the paper's toy problem, which
/// fails with 1e-3. The default here is 0.
/// </remarks>
/// <param name="LearningRate">Step size of ξ.</param>
/// <param name="Decay">γ: pulls the weights back to equal ones.</param>
public sealed record Famo(double LearningRate = 0.025, double Decay = 0) : BalancerSettings
{
    /// <summary>Lower bound b of each loss; empty: all 0.</summary>
    public IReadOnlyList<double> LowerBounds { get; init; } = [];

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses | BalancerNeeds.LossesAfterStep;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(Famo settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _logits = new double[tasks], _share = new double[tasks], _gap = new double[tasks], _change = new double[tasks];
        private readonly double[] _bounds = PerTask.Numbers(settings.LowerBounds, tasks, 0, "lower bounds");
        private readonly ScalarAdam _adam = new(tasks, settings.LearningRate);

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++) weights[i] = _logits[tasks.Tasks[i]];
            Simplex.Softmax(weights);
            double inverse = 0, objective = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                int task = tasks.Tasks[i];
                _share[task] = weights[i];
                _gap[task] = Gap(task, tasks.Losses[i]);
                inverse += weights[i] / _gap[task];
                objective += weights[i] * Math.Log(_gap[task]);
            }

            for (int i = 0; i < weights.Length; i++) weights[i] /= _gap[tasks.Tasks[i]] * inverse;
            Objective = objective / inverse;
            return true;
        }

        protected override void Learn(ReadOnlySpan<double> losses)
        {
            double mean = 0, shares = 0;
            for (int k = 0; k < losses.Length; k++)
            {
                if (!Counts(k, losses[k])) continue;
                _change[k] = Math.Log(_gap[k]) - Math.Log(Gap(k, losses[k]));
                mean += _share[k] * _change[k];
                shares += _share[k];
            }

            if (shares > 0) mean /= shares;
            for (int k = 0; k < losses.Length; k++)
            {
                if (Counts(k, losses[k])) _logits[k] = _adam.Step(k, _logits[k], (_share[k] * (_change[k] - mean)) + (settings.Decay * _logits[k]));
            }
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Array("logits", _logits);
            _adam.Keep(state);
        }

        private bool Counts(int task, double loss) => TookPart(task) && double.IsFinite(loss);

        private double Gap(int task, double loss) => Math.Max(loss - _bounds[task], 0) + 1e-8;
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>famo</c>.</summary>
    public static readonly Entry<BalancerSettings> Famo = Add("famo", "balances how fast the losses fall, from their values before and after a step", new Famo(),
        Setting<BalancerSettings>.Number<Famo>("learning_rate", "step size of the logits", get: x => x.LearningRate, set: (x, v) => x with { LearningRate = v }, minimum: 0),
        Setting<BalancerSettings>.Number<Famo>("decay", "pulls the weights back to equal ones", get: x => x.Decay, set: (x, v) => x with { Decay = v }, minimum: 0),
        Setting<BalancerSettings>.Numbers<Famo>("lower_bounds", "what each loss can never be below; none: 0", get: x => x.LowerBounds, set: (x, v) => x with { LowerBounds = v })).From("Liu et al., 'FAMO: Fast Adaptive Multitask Optimization', 2023");
}
