using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>How well scores put the relevant labels of an item first: 1 is the best order, later places count less.</summary>
/// <remarks>
/// mean over items of DCG / best DCG, DCG = Σ over the first k places r of gain / log₂(r + 1), r from 1; the gain of a label is its target, 0 or more, or 2^target − 1. Labels of equal score share the mean of
/// their places, as in scikit-learn. A class index is one relevant label. An item without a relevant label counts 0. Cost O(width log width) an item.
/// Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002; exponential gain: Burges and others, "Learning to rank using gradient descent", 2005.
/// </remarks>
/// <param name="K">Places that count; 0: all.</param>
/// <param name="Exponential">Whether a gain is 2^target − 1.</param>
public sealed record Ndcg(int K = 0, bool Exponential = false) : Metric
{
    /// <inheritdoc/>
    public override string Name => K == 0 ? "ndcg" : $"ndcg_{K}";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override MetricState Start(int width) => new Running(this, width);

    private sealed class Running : MetricState
    {
        private readonly Ndcg _metric;
        private readonly float[] _keys;
        private readonly double[] _gains;
        private readonly double[] _best;
        private readonly double[] _discounts;                      // summed, of the first places
        private double _sum, _weight;

        public Running(Ndcg metric, int width) : base(metric, width)
        {
            _metric = metric;
            _keys = new float[width];
            _gains = new double[width];
            _best = new double[width];
            _discounts = new double[width + 1];
            for (int place = 0; place < width; place++) _discounts[place + 1] = _discounts[place] + (metric.K == 0 || place < metric.K ? 1 / Math.Log2(place + 2) : 0);
        }

        public override double Result => Labels.Ratio(_sum, _weight);

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            for (int i = 0; i < Width; i++)
            {
                float relevance = Labels.Of(prediction, target, i);
                _gains[i] = _metric.Exponential ? Math.Pow(2, relevance) - 1 : relevance;
                _best[i] = -_gains[i];
                _keys[i] = float.IsNaN(prediction[i]) ? float.PositiveInfinity : -prediction[i];       // a NaN score comes last
            }

            Array.Sort(_best);
            Array.Sort(_keys, _gains);
            double best = 0, own = 0;
            for (int place = 0; place < Width; place++) best -= _best[place] * (_discounts[place + 1] - _discounts[place]);
            for (int first = 0, end; first < Width; first = end)
            {
                double gains = 0;
                for (end = first; end < Width && _keys[end] == _keys[first]; end++) gains += _gains[end];
                own += gains * (_discounts[end] - _discounts[first]) / (end - first);
            }

            _sum += weight * Labels.Ratio(own, best);
            _weight += weight;
        }

        protected override void Clear() => (_sum, _weight) = (0, 0);

        protected override void Join(MetricState other)
        {
            _sum += ((Running)other)._sum;
            _weight += ((Running)other)._weight;
        }
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Ndcg"/>.</summary>
    public static readonly Entry<Metric> Ndcg = Add("ndcg", "how well scores put the relevant labels first", new Ndcg(),
        Setting<Metric>.Integer<Ndcg>("k", "places that count; 0: all", get: x => x.K, set: (x, v) => x with { K = v }, minimum: 0),
        Setting<Metric>.Flag<Ndcg>("exponential", "whether a gain is 2 to the power of the target, minus 1", get: x => x.Exponential, set: (x, v) => x with { Exponential = v }));
}
