namespace Equipoise.Metrics;

/// <summary>A metric that is the mean over all numbers of all items of a value of prediction and target. Per label: the mean of each column.</summary>
/// <remarks>Weighted: Σ weight × value / Σ weight, not divided by the count.</remarks>
public abstract record ElementMetric : Metric
{
    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <summary>Whether class indices are read as one-hot rows. Otherwise they are refused.</summary>
    protected internal virtual bool TakesClasses => false;

    /// <summary>The value of one number.</summary>
    protected internal abstract double Value(float prediction, float target);

    /// <summary>What becomes of the mean in the end.</summary>
    protected internal virtual double Finish(double mean) => mean;

    /// <inheritdoc/>
    public sealed override MetricState Start(int width) => new Running(this, width);

    private sealed class Running(ElementMetric of, int width) : MetricState(of, width)
    {
        private readonly ElementMetric _metric = of;
        private readonly double[] _sums = new double[width];
        private double _weight;

        public override double Result => _metric.Finish(Labels.Ratio(_sums.Sum() / _sums.Length, _weight));

        public override double[]? PerLabel => _sums.Length == 1 ? null : Array.ConvertAll(_sums, sum => _metric.Finish(Labels.Ratio(sum, _weight)));

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            if (Labels.IsIndex(prediction, target) && !_metric.TakesClasses)
            {
                throw new ArgumentException($"Metric '{_metric.Name}' wants a target number for each of the {prediction.Length} predictions, but gets class indices.", nameof(target));
            }

            for (int i = 0; i < prediction.Length; i++) _sums[i] += weight * _metric.Value(prediction[i], Labels.Of(prediction, target, i));
            _weight += weight;
        }

        protected override void Clear()
        {
            Array.Clear(_sums);
            _weight = 0;
        }

        protected override void Join(MetricState other)
        {
            var more = (Running)other;
            for (int i = 0; i < _sums.Length; i++) _sums[i] += more._sums[i];
            _weight += more._weight;
        }
    }
}
