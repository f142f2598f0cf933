using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>A correlation of predictions and targets.</summary>
/// <remarks>Over items it is that of everything counted, not a mean of batches' correlations. A constant column or row gives 0 (Keras: NaN).</remarks>
public abstract record CorrelationMetric : Metric
{
    /// <summary>What the correlation is taken over.</summary>
    public CorrelationAxis Axis { get; init; }

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <summary>The figure of one column or row.</summary>
    internal abstract double Of(in Moments moments);

    /// <inheritdoc/>
    public sealed override MetricState Start(int width) => Axis == CorrelationAxis.Row ? new OverRows(this, width) : new OverItems(this, width);

    /// <summary>The setting that all of them have, for the catalogue.</summary>
    internal static Setting<Metric> AxisSetting<T>() where T : CorrelationMetric =>
        Setting<Metric>.Choice<T, CorrelationAxis>("axis", "what the correlation is taken over", get: x => x.Axis, set: (x, v) => (T)((CorrelationMetric)x with { Axis = v }));

    private sealed class OverItems(CorrelationMetric metric, int width) : MetricState(metric, width)
    {
        private readonly CorrelationMetric _metric = metric;
        private readonly Moments[] _columns = new Moments[width];

        public override double Result => _columns.Average(column => _metric.Of(column));

        public override double[]? PerLabel => Width == 1 ? null : Array.ConvertAll(_columns, column => _metric.Of(column));

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            for (int i = 0; i < prediction.Length; i++) _columns[i].Add(prediction[i], Labels.Of(prediction, target, i), weight);
        }

        protected override void Clear() => Array.Clear(_columns);

        protected override void Join(MetricState other)
        {
            for (int i = 0; i < Width; i++) _columns[i].Add(((OverItems)other)._columns[i]);
        }
    }

    private sealed class OverRows(CorrelationMetric metric, int width) : MetricState(metric, width)
    {
        private readonly CorrelationMetric _metric = metric;
        private double _sum, _weight;

        public override double Result => Labels.Ratio(_sum, _weight);

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            var row = default(Moments);
            for (int i = 0; i < prediction.Length; i++) row.Add(prediction[i], Labels.Of(prediction, target, i), 1);
            _sum += weight * _metric.Of(row);
            _weight += weight;
        }

        protected override void Clear() => (_sum, _weight) = (0, 0);

        protected override void Join(MetricState other)
        {
            _sum += ((OverRows)other)._sum;
            _weight += ((OverRows)other)._weight;
        }
    }
}
