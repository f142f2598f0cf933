using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Sum of the predictions, whatever the targets: what amounts come to in all.</summary>
/// <remarks>Σ weight × p over items and columns; per label: of each column. The Sum of Keras 3 on predictions. Neither more nor less is better.</remarks>
public sealed record PredictionSum : Metric
{
    /// <inheritdoc/>
    public override string Name => "prediction_sum";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.None;

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <inheritdoc/>
    public override MetricState Start(int width) => new Running(this, width);

    private sealed class Running(PredictionSum metric, int width) : MetricState(metric, width)
    {
        private readonly double[] _sums = new double[width];

        public override double Result => _sums.Sum();

        public override double[]? PerLabel => Width == 1 ? null : [.. _sums];

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            for (int i = 0; i < prediction.Length; i++) _sums[i] += weight * prediction[i];
        }

        protected override void Clear() => Array.Clear(_sums);

        protected override void Join(MetricState other)
        {
            for (int i = 0; i < _sums.Length; i++) _sums[i] += ((Running)other)._sums[i];
        }
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.PredictionSum"/>.</summary>
    public static readonly Entry<Metric> PredictionSum = Add("prediction_sum", "sum of the predictions", new PredictionSum()).Alias("sum");
}
