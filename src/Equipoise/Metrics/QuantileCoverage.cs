using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Share of targets at or below the prediction: for a predicted quantile q it should be q.</summary>
/// <remarks>mean of [t ≤ p], for each column and over all. A single target number serves all columns, as with several quantiles. Neither more nor less is better.</remarks>
public sealed record QuantileCoverage : Metric
{
    /// <inheritdoc/>
    public override string Name => "quantile_coverage";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.None;

    /// <inheritdoc/>
    public override bool JudgesQuantiles => true;

    /// <inheritdoc/>
    public override MetricState Start(int width) => new Running(this, width);

    private sealed class Running(QuantileCoverage metric, int width) : MetricState(metric, width)
    {
        private readonly double[] _below = new double[width];
        private double _weight;

        public override double Result => Labels.Ratio(_below.Sum() / _below.Length, _weight);

        public override double[]? PerLabel => Width == 1 ? null : Array.ConvertAll(_below, below => Labels.Ratio(below, _weight));

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            for (int i = 0; i < prediction.Length; i++)
            {
                if (target[target.Length == 1 ? 0 : i] <= prediction[i]) _below[i] += weight;
            }

            _weight += weight;
        }

        protected override void Clear()
        {
            Array.Clear(_below);
            _weight = 0;
        }

        protected override void Join(MetricState other)
        {
            for (int i = 0; i < _below.Length; i++) _below[i] += ((Running)other)._below[i];
            _weight += ((Running)other)._weight;
        }
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.QuantileCoverage"/>.</summary>
    public static readonly Entry<Metric> QuantileCoverage = Add("quantile_coverage", "share of targets at or below the prediction", new QuantileCoverage());
}
