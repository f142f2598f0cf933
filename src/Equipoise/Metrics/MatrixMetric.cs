namespace Equipoise.Metrics;

/// <summary>A metric that follows from how often each class was predicted as each other one.</summary>
/// <remarks>
/// The predicted class is the first largest number; of predictions of width 1 there are two classes, and a probability above <see cref="Threshold"/> is class 1. Targets are class indices or rows whose
/// largest number is the class, at width 1 numbers of which those above ½ are class 1; items whose class is outside of them are not counted. Counts are sums of weights. Memory: classes² numbers.
/// </remarks>
public abstract record MatrixMetric : Metric
{
    /// <summary>For predictions of width 1: a probability above it means yes.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <summary>The figure.</summary>
    /// <param name="counts">Shape [classes, classes]: line the true class, column the predicted one. Never all 0.</param>
    /// <param name="classes">How many classes.</param>
    protected internal abstract double Figure(ReadOnlySpan<double> counts, int classes);

    /// <inheritdoc/>
    public override MetricState Start(int width) => new Running(this, width);

    /// <summary>Sums of a line, the true class; and of a column, the predicted one.</summary>
    private protected static (double True, double Predicted) Sums(ReadOnlySpan<double> counts, int classes, int label)
    {
        double line = 0, column = 0;
        for (int other = 0; other < classes; other++)
        {
            line += counts[(label * classes) + other];
            column += counts[(other * classes) + label];
        }

        return (line, column);
    }

    private sealed class Running(MatrixMetric metric, int width) : MetricState(metric, width)
    {
        private readonly MatrixMetric _metric = metric;
        private readonly int _classes = Math.Max(width, 2);
        private readonly double[] _counts = new double[Math.Max(width, 2) * Math.Max(width, 2)];

        public override double Result
        {
            get
            {
                foreach (double count in _counts)
                {
                    if (count > 0) return _metric.Figure(_counts, _classes);
                }

                return 0;
            }
        }

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            int predicted = Width == 1 ? (prediction[0] > (float)_metric.Threshold ? 1 : 0) : Labels.Largest(prediction);
            int wanted = Width == 1 ? (target[0] > 0.5f ? 1 : 0) : Labels.Class(prediction, target);
            if ((uint)wanted < (uint)_classes) _counts[(wanted * _classes) + predicted] += weight;
        }

        protected override void Clear() => Array.Clear(_counts);

        protected override void Join(MetricState other)
        {
            for (int i = 0; i < _counts.Length; i++) _counts[i] += ((Running)other)._counts[i];
        }
    }
}
