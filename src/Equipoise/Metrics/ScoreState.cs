namespace Equipoise.Metrics;

/// <summary>Keeps every score, target and weight, for metrics that need them all in order. Memory: 8 bytes for each number of each item.</summary>
internal abstract class ScoreState(Metric metric, int width) : MetricState(metric, width)
{
    private readonly List<float> _scores = [];
    private readonly List<float> _wanted = [];
    private readonly List<double> _weights = [];

    protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
    {
        for (int i = 0; i < prediction.Length; i++)
        {
            _scores.Add(prediction[i]);
            _wanted.Add(Labels.Of(prediction, target, i));
        }

        _weights.Add(weight);
    }

    protected override void Clear()
    {
        _scores.Clear();
        _wanted.Clear();
        _weights.Clear();
    }

    protected override void Join(MetricState other)
    {
        var more = (ScoreState)other;
        _scores.AddRange(more._scores);
        _wanted.AddRange(more._wanted);
        _weights.AddRange(more._weights);
    }

    /// <summary>The ranking by one label's scores.</summary>
    protected Ranking Rank(int label) => Rank(label, label + 1, _ => 1);

    /// <summary>The ranking by the scores of all labels together.</summary>
    protected Ranking RankAll(Func<int, double> labelWeight) => Rank(0, Width, labelWeight);

    private Ranking Rank(int first, int end, Func<int, double> labelWeight)
    {
        int count = _weights.Count * (end - first), at = 0;
        var keys = new float[count];
        var masses = new (double Positive, double Negative)[count];
        for (int item = 0; item < _weights.Count; item++)
        {
            for (int label = first; label < end; label++)
            {
                float score = _scores[item * Width + label], wanted = _wanted[item * Width + label];
                double weight = _weights[item] * labelWeight(label);

                // Ascending keys are descending scores; a NaN score comes last.
                keys[at] = float.IsNaN(score) ? float.PositiveInfinity : -score;
                masses[at++] = (weight * wanted, weight * (1 - wanted));
            }
        }

        Array.Sort(keys, masses);
        return new Ranking(keys, masses);
    }
}
