namespace Equipoise.Metrics;

/// <summary>A weighted count of labels, over all items and labels.</summary>
public abstract record CountMetric : Metric
{
    /// <summary>A probability above it means that the label is predicted.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.None;

    /// <summary>Whether a label is counted.</summary>
    protected internal abstract bool Counts(bool predicted, bool wanted);

    /// <inheritdoc/>
    public sealed override MetricState Start(int width) => new Running(this, width);

    private sealed class Running(CountMetric metric, int width) : MetricState(metric, width)
    {
        private readonly CountMetric _metric = metric;
        private readonly double[] _counts = new double[width];

        public override double Result => _counts.Sum();

        public override double[]? PerLabel => Width == 1 ? null : [.. _counts];

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            for (int label = 0; label < prediction.Length; label++)
            {
                if (_metric.Counts(prediction[label] > (float)_metric.Threshold, Labels.Of(prediction, target, label) != 0)) _counts[label] += weight;
            }
        }

        protected override void Clear() => Array.Clear(_counts);

        protected override void Join(MetricState other)
        {
            for (int label = 0; label < Width; label++) _counts[label] += ((Running)other)._counts[label];
        }
    }
}
