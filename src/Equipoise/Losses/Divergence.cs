using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Outputs over the same classes shall share out their probabilities alike: the Kullback-Leibler divergence of each two of them.</summary>
/// <remarks>
/// D(p, q) = Σ over classes of p log(p / q), in nats, with p and q clipped to [1e-7, 1]. Towards each other: value = mean over pairs of (D(p, q) + D(q, p)) / 2. Towards the first, p: value = mean over the others q of D(p, q),
/// and p gets no slope. Where labels stand by themselves (sets; always at width 1): D of each label's yes and no, and the mean over labels. 0 for equal predictions, never below (but for rounding); at most some 16 for each class.
/// Slopes log(p / q) + 1 − q / p to p and so on, large where a probability is near 0, but bounded behind softmax or sigmoid. 0 to a probability that is clipped.
/// Predictions must be probabilities, of one width. Looks at no label, so rows without labels train it too. Not for numbers: use agreement.
/// Source: Zhang, Xiang, Hospedales and Lu, "Deep mutual learning", 2018, equation 4; with a teacher: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015, at temperature 1.
/// </remarks>
/// <param name="Towards">Which output it moves.</param>
/// <param name="Independent">Whether each number is a yes or no of its own, as in sets, and not one of the classes that share one probability.</param>
public sealed record Divergence(DivergenceTowards Towards = DivergenceTowards.EachOther, bool Independent = false) : JointLoss
{
    private const double Least = 1e-7;

    /// <inheritdoc/>
    public override float Evaluate(in JointRow row)
    {
        int outputs = row.Outputs, width = row.Prediction(0).Length;
        bool apart = Independent || width == 1, teaches = Towards == DivergenceTowards.First;
        double each = teaches ? 1.0 / (outputs - 1) : 2.0 / ((double)outputs * (outputs - 1)), sum = 0;
        if (apart) each /= width;
        for (int a = 0; a < (teaches ? 1 : outputs); a++)
        {
            for (int b = a + 1; b < outputs; b++)
            {
                for (int i = 0; i < width; i++)
                {
                    double p = row.Prediction(a)[i], q = row.Prediction(b)[i];
                    var (value, toP, toQ) = Term(p, q);
                    if (apart)
                    {
                        var no = Term(1 - p, 1 - q);
                        (value, toP, toQ) = (value + no.Value, toP - no.ToP, toQ - no.ToQ);
                    }

                    sum += each * value;
                    row.Slope(b)[i] += (float)(each * toQ);
                    if (!teaches) row.Slope(a)[i] += (float)(each * toP);
                }
            }
        }

        return (float)sum;
    }

    // One class of D, and its slopes.
    private (double Value, double ToP, double ToQ) Term(double p, double q)
    {
        bool movesP = p is >= Least and <= 1, movesQ = q is >= Least and <= 1;
        if (!double.IsNaN(p)) p = Math.Clamp(p, Least, 1);
        if (!double.IsNaN(q)) q = Math.Clamp(q, Least, 1);
        double log = Math.Log(p / q);
        return Towards == DivergenceTowards.First
            ? (p * log, 0, movesQ ? -p / q : 0)
            : ((p - q) * log / 2, movesP ? (log + 1 - (q / p)) / 2 : 0, movesQ ? (1 - log - (p / q)) / 2 : 0);
    }
}

public static partial class JointLossCatalog
{
    /// <summary><see cref="Losses.Divergence"/>.</summary>
    public static readonly Entry<JointLoss> Divergence = Add("divergence", "outputs over the same classes shall share out their probabilities alike", new Divergence(),
        Setting<JointLoss>.Choice<Divergence, DivergenceTowards>("towards", "which output it moves: each to every other, or the others to the first", get: x => x.Towards, set: (x, v) => x with { Towards = v }),
        Setting<JointLoss>.Flag<Divergence>("independent", "whether each number is a yes or no of its own, as in sets", get: x => x.Independent, set: (x, v) => x with { Independent = v })).Alias("mutual_learning");
}
