namespace Equipoise.Metrics;

/// <summary>A metric that is the mean over items of a value of the whole prediction and the whole target.</summary>
/// <remarks>Weighted: Σ weight × value / Σ weight, not divided by the count.</remarks>
public abstract record ItemMetric : Metric
{
    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <summary>Whether targets may be class indices. Otherwise they are refused.</summary>
    protected internal virtual bool TakesClasses => false;

    /// <summary>The value of one item.</summary>
    /// <param name="prediction">Shape [width].</param>
    /// <param name="target">Shape [width], or [1] with a class index.</param>
    protected internal abstract double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target);

    /// <inheritdoc/>
    public sealed override MetricState Start(int width) => new Running(this, width);

    private sealed class Running(ItemMetric of, int width) : MetricState(of, width)
    {
        private readonly ItemMetric _metric = of;
        private double _sum, _weight;

        public override double Result => Labels.Ratio(_sum, _weight);

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            if (Labels.IsIndex(prediction, target) && !_metric.TakesClasses)
            {
                throw new ArgumentException($"Metric '{_metric.Name}' wants a target number for each of the {prediction.Length} predictions, but gets class indices.", nameof(target));
            }

            _sum += weight * _metric.Value(prediction, target);
            _weight += weight;
        }

        protected override void Clear() => (_sum, _weight) = (0, 0);

        protected override void Join(MetricState other)
        {
            var more = (Running)other;
            _sum += more._sum;
            _weight += more._weight;
        }
    }
}
