namespace Equipoise.Metrics;

/// <summary>Items by falling score, with the weight of positives and negatives in each; equal scores are one step of any curve.</summary>
internal sealed class Ranking(float[] keys, (double Positive, double Negative)[] masses)
{
    public double Positives { get; } = masses.Sum(mass => mass.Positive);

    public double Negatives { get; } = masses.Sum(mass => mass.Negative);

    /// <summary>Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores, R recall and P precision. 0 without positives.</summary>
    public double AveragePrecision
    {
        get
        {
            double area = 0, truePositives = 0, predicted = 0;
            foreach (var (positive, negative) in Steps())
            {
                truePositives += positive;
                predicted += positive + negative;
                area += Labels.Ratio(positive * truePositives, predicted);
            }

            return Labels.Ratio(area, Positives);
        }
    }

    /// <summary>Probability that a positive scores above a negative, equal scores counting one half. 0 when either is missing.</summary>
    public double Roc
    {
        get
        {
            double area = 0, truePositives = 0;
            foreach (var (positive, negative) in Steps())
            {
                area += negative * (truePositives + positive / 2);
                truePositives += positive;
            }

            return Labels.Ratio(area, Positives * Negatives);
        }
    }

    private IEnumerable<(double Positive, double Negative)> Steps()
    {
        for (int at = 0; at < keys.Length;)
        {
            double positive = 0, negative = 0;
            float key = keys[at];
            for (; at < keys.Length && keys[at] == key; at++)
            {
                positive += masses[at].Positive;
                negative += masses[at].Negative;
            }

            yield return (positive, negative);
        }
    }
}
