using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Correlation of the ranks of predictions and targets over all items: whether larger predictions go with larger targets, however bent the relation.</summary>
/// <remarks>
/// Pearson's correlation of ranks, for each column over everything counted, then the mean of the columns. Equal numbers share the mean of their ranks. Weighted: the rank of a number is the weight below it plus
/// half of the weight equal to it, and the correlation is weighted. 0 if either is constant. Keeps all numbers: 8 bytes for each; O(n log n) at the end.
/// Source: Spearman, "The proof and measurement of association between two things", 1904.
/// </remarks>
public sealed record SpearmanCorrelation : Metric
{
    /// <inheritdoc/>
    public override string Name => "spearman_correlation";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override MetricState Start(int width) => new Running(this, width);

    private sealed class Running(SpearmanCorrelation metric, int width) : MetricState(metric, width)
    {
        private readonly List<float> _predictions = [], _targets = [];
        private readonly List<double> _weights = [];

        public override double Result => _weights.Count == 0 ? 0 : Enumerable.Range(0, Width).Average(Column);

        public override double[]? PerLabel => Width == 1 ? null : [.. Enumerable.Range(0, Width).Select(Column)];

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            if (Labels.IsIndex(prediction, target)) throw new ArgumentException($"Metric 'spearman_correlation' wants a target number for each of the {prediction.Length} predictions, but gets class indices.", nameof(target));
            _predictions.AddRange(prediction);
            _targets.AddRange(target);
            _weights.Add(weight);
        }

        protected override void Clear()
        {
            _predictions.Clear();
            _targets.Clear();
            _weights.Clear();
        }

        protected override void Join(MetricState other)
        {
            var more = (Running)other;
            _predictions.AddRange(more._predictions);
            _targets.AddRange(more._targets);
            _weights.AddRange(more._weights);
        }

        private double Column(int column)
        {
            if (_weights.Count == 0) return 0;
            double[] predicted = Ranks(_predictions, column), wanted = Ranks(_targets, column);
            var moments = new Moments();
            for (int item = 0; item < predicted.Length; item++) moments.Add(predicted[item], wanted[item], _weights[item]);
            return moments.Pearson;
        }

        private double[] Ranks(List<float> numbers, int column)
        {
            float[] keys = [.. Enumerable.Range(0, _weights.Count).Select(item => numbers[(item * Width) + column])];
            int[] items = [.. Enumerable.Range(0, keys.Length)];
            Array.Sort(keys, items);
            var ranks = new double[keys.Length];
            double below = 0;
            for (int first = 0, end; first < keys.Length; first = end)
            {
                double equal = 0;
                for (end = first; end < keys.Length && keys[end].Equals(keys[first]); end++) equal += _weights[items[end]];
                for (int i = first; i < end; i++) ranks[items[i]] = below + (equal / 2);
                below += equal;
            }

            return ranks;
        }
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.SpearmanCorrelation"/>.</summary>
    public static readonly Entry<Metric> SpearmanCorrelation = Add("spearman_correlation", "correlation of ranks over all items", new SpearmanCorrelation()).Alias("spearman");
}
