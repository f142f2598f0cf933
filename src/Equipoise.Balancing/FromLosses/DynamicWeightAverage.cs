using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Dynamic weight average: an output whose loss falls slowly gets more weight.</summary>
/// <remarks>
/// w = K softmax(r / T), r = mean loss of the last epoch / mean loss of the one before, K the outputs that take part; Σ w = K. All 1 in the first two epochs.
/// An output without a mean in one of the two epochs, or with a zero one before, has r = 1.
/// Source: Liu, Johns and Davison, "End-To-End Multi-Task Learning with Attention", 2019, equation 7. Differs from some codes, which use windows of steps and a mean.
/// </remarks>
/// <param name="Temperature">T: evens out the weights.</param>
public sealed record DynamicWeightAverage(double Temperature = 2) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.None;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running : Balancer
    {
        private readonly double[] _last, _before;
        private readonly double _temperature;

        public Running(DynamicWeightAverage settings, int tasks) : base(settings, tasks)
        {
            _temperature = settings.Temperature;
            _last = new double[tasks];
            _before = new double[tasks];
            _last.AsSpan().Fill(double.NaN);
            _before.AsSpan().Fill(double.NaN);
        }

        public override void EndEpoch(ReadOnlySpan<double> meanLosses, ReadOnlySpan<double> scores = default)
        {
            _last.CopyTo(_before, 0);
            meanLosses.CopyTo(_last);
        }

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                double ratio = _last[tasks.Tasks[i]] / _before[tasks.Tasks[i]];
                weights[i] = (double.IsFinite(ratio) ? ratio : 1) / _temperature;
            }

            Simplex.Softmax(weights);
            for (int i = 0; i < weights.Length; i++) weights[i] *= tasks.Count;
            return true;
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Array("last", _last);
            state.Array("before", _before);
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>dynamic_weight_average</c>.</summary>
    public static readonly Entry<BalancerSettings> DynamicWeightAverage = AddPlain("dynamic_weight_average", "an output whose loss falls slowly gets more weight", new DynamicWeightAverage(),
        Setting<BalancerSettings>.Number<DynamicWeightAverage>("temperature", "evens out the weights", get: x => x.Temperature, set: (x, v) => x with { Temperature = v }, above: 0)).Alias("dwa").From("Liu, Johns and Davison, 'End-To-End Multi-Task Learning with Attention', 2019");
}
