namespace Equipoise.Metrics;

/// <summary>Weighted positives and negatives above each of some rising thresholds, for one or several labels. O(1) memory in the number of items.</summary>
/// <param name="thresholds">Rising; the first is meant to be below every score.</param>
/// <param name="even">They are 0, 1/(n−1), ..., 1: the bucket is computed as Keras does it, ⌈p (n − 1)⌉ − 1, at least 0.</param>
/// <param name="labels">How many labels are counted apart.</param>
internal sealed class ThresholdCounts(double[] thresholds, bool even, int labels)
{
    private readonly double[] _positive = new double[thresholds.Length * labels];
    private readonly double[] _negative = new double[thresholds.Length * labels];

    public int Thresholds => thresholds.Length;

    /// <summary>n thresholds from 0 to 1.</summary>
    public static ThresholdCounts Even(int count, int labels) => new([.. Enumerable.Range(0, count).Select(i => i / (count - 1.0))], even: true, labels);

    public void Add(int label, float score, double wanted, double weight)
    {
        int bucket = even ? Math.Clamp((int)MathF.Ceiling(score * (thresholds.Length - 1)) - 1, 0, thresholds.Length - 1) : Last(score);
        if (bucket < 0) bucket = 0;
        _positive[label * thresholds.Length + bucket] += weight * wanted;
        _negative[label * thresholds.Length + bucket] += weight * (1 - wanted);
    }

    /// <summary>Counts at each threshold, of what scores above it.</summary>
    public (double[] TruePositives, double[] FalsePositives, double Positives, double Negatives) Of(int label)
    {
        int n = thresholds.Length;
        double[] truePositives = new double[n], falsePositives = new double[n];
        double positives = 0, negatives = 0;
        for (int i = n - 1; i >= 0; i--)
        {
            truePositives[i] = positives += _positive[label * n + i];
            falsePositives[i] = negatives += _negative[label * n + i];
        }

        return (truePositives, falsePositives, positives, negatives);
    }

    public void Clear()
    {
        Array.Clear(_positive);
        Array.Clear(_negative);
    }

    public void Add(ThresholdCounts other)
    {
        for (int i = 0; i < _positive.Length; i++)
        {
            _positive[i] += other._positive[i];
            _negative[i] += other._negative[i];
        }
    }

    private int Last(float score)
    {
        int last = -1;
        while (last + 1 < thresholds.Length && score > (float)thresholds[last + 1]) last++;
        return last;
    }
}
