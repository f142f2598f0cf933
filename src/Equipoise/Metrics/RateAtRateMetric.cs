using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>The best of one rate that can be had while another rate is at least some bound, by moving the threshold.</summary>
/// <remarks>
/// Thresholds are i / (n − 1), all labels together unless one is chosen. The rate is compared with the bound in float32, as in Keras. 0 if no threshold reaches the bound.
/// </remarks>
public abstract record RateAtRateMetric : Metric
{
    /// <summary>How many thresholds, evenly from 0 to 1.</summary>
    public int NumThresholds { get; init; } = 200;

    /// <summary>When 0 or more: the only label that counts.</summary>
    public int Label { get; init; } = -1;

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <summary>What the other rate must reach.</summary>
    protected internal abstract double Bound { get; }

    /// <summary>The rate to be had and the rate that is bounded, from weighted counts.</summary>
    protected internal abstract (double Wanted, double Bounded) Rates(double truePositives, double falsePositives, double positives, double negatives);

    /// <inheritdoc/>
    public sealed override MetricState Start(int width)
    {
        if (Label >= width) throw new ArgumentOutOfRangeException(nameof(width), width, $"Metric '{Name}': there is no label {Label} in predictions of width {width}.");
        return new Running(this, width);
    }

    /// <summary>The settings that all of them have, for the catalogue.</summary>
    internal static Setting<Metric>[] Settings<T>(Setting<Metric> bound) where T : RateAtRateMetric =>
    [
        bound,
        Setting<Metric>.Integer<T>("num_thresholds", "how many thresholds, evenly from 0 to 1", get: x => x.NumThresholds, set: (x, v) => (T)((RateAtRateMetric)x with { NumThresholds = v }), minimum: 2),
        Setting<Metric>.Integer<T>("label", "the only label that counts; -1: all", get: x => x.Label, set: (x, v) => (T)((RateAtRateMetric)x with { Label = v }), minimum: -1),
    ];

    private sealed class Running(RateAtRateMetric metric, int width) : MetricState(metric, width)
    {
        private readonly RateAtRateMetric _metric = metric;
        private readonly ThresholdCounts _counts = ThresholdCounts.Even(Math.Max(metric.NumThresholds, 2), 1);

        public override double Result
        {
            get
            {
                var (truePositives, falsePositives, positives, negatives) = _counts.Of(0);
                double best = 0;
                for (int i = 0; i < truePositives.Length; i++)
                {
                    var (wanted, bounded) = _metric.Rates(truePositives[i], falsePositives[i], positives, negatives);
                    if ((float)bounded >= (float)_metric.Bound) best = Math.Max(best, wanted);
                }

                return best;
            }
        }

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            for (int label = 0; label < prediction.Length; label++)
            {
                if (_metric.Label < 0 || _metric.Label == label) _counts.Add(0, prediction[label], Labels.Of(prediction, target, label), weight);
            }
        }

        protected override void Clear() => _counts.Clear();

        protected override void Join(MetricState other) => _counts.Add(((Running)other)._counts);
    }
}
