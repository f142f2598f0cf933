namespace Equipoise.Metrics;

/// <summary>Weighted counts of true positives, false positives and false negatives of each label.</summary>
internal sealed class ConfusionState(ConfusionMetric settings, int width) : MetricState(settings, width)
{
    // Keras: a largest probability of (nearly) 0 predicts nothing.
    private const float Nothing = 1e-9f;

    private readonly ConfusionMetric _settings = settings;
    private readonly double[] _truePositives = new double[width];
    private readonly double[] _falsePositives = new double[width];
    private readonly double[] _falseNegatives = new double[width];

    public override double Result
    {
        get
        {
            if (_settings.Label >= 0) return Score(_settings.Label);
            if (_settings.Average == Averaging.Micro) return _settings.Score(_truePositives.Sum(), _falsePositives.Sum(), _falseNegatives.Sum());
            bool weighted = _settings.Average == Averaging.Weighted;
            double sum = 0, all = 0;
            for (int label = 0; label < Width; label++)
            {
                double weight = weighted ? _truePositives[label] + _falseNegatives[label] : 1;
                sum += weight * Score(label);
                all += weight;
            }

            return Labels.Ratio(sum, all);
        }
    }

    public override double[]? PerLabel => Width == 1 ? null : [.. Enumerable.Range(0, Width).Select(Score)];

    protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
    {
        bool largest = _settings.Decision == LabelDecision.Largest || (_settings.Decision == LabelDecision.Auto && Labels.IsIndex(prediction, target));
        float top = largest ? prediction[Labels.Largest(prediction)] : 0, threshold = (float)_settings.Threshold;
        for (int label = 0; label < prediction.Length; label++)
        {
            float p = prediction[label];
            bool predicted = _settings.TopK > 0 ? Rank(prediction, label) < _settings.TopK : largest ? p >= top && MathF.Abs(p) > Nothing : p > threshold;
            float wanted = Labels.Of(prediction, target, label);
            if (predicted)
            {
                _truePositives[label] += weight * wanted;
                _falsePositives[label] += weight * (1 - wanted);
            }
            else
            {
                _falseNegatives[label] += weight * wanted;
            }
        }
    }

    protected override void Clear()
    {
        Array.Clear(_truePositives);
        Array.Clear(_falsePositives);
        Array.Clear(_falseNegatives);
    }

    protected override void Join(MetricState other)
    {
        var more = (ConfusionState)other;
        for (int label = 0; label < Width; label++)
        {
            _truePositives[label] += more._truePositives[label];
            _falsePositives[label] += more._falsePositives[label];
            _falseNegatives[label] += more._falseNegatives[label];
        }
    }

    /// <summary>How many numbers come before this one when sorted downward, equal ones in their order.</summary>
    private static int Rank(ReadOnlySpan<float> numbers, int index)
    {
        int before = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] > numbers[index] || (i < index && numbers[i] == numbers[index])) before++;
        }

        return before;
    }

    private double Score(int label) => _settings.Score(_truePositives[label], _falsePositives[label], _falseNegatives[label]);
}
