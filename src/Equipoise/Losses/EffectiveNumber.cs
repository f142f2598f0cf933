namespace Equipoise.Losses;

/// <summary>Weights of classes or labels from how often they occur, in which a further example counts less the more there are.</summary>
/// <remarks>
/// weight = (1 − β) / (1 − β^n) for n examples, then scaled so that the mean over the classes that occur is 1; a class that never occurs gets 0. β = 0 weighs all alike, β near 1 as 1 / n.
/// For <c>Output.ClassWeights</c>: of one class a row it weighs rows, of a set of labels it weighs labels within a row.
/// Source: Cui and others, "Class-balanced loss based on effective number of samples", 2019, equation 2.
/// </remarks>
public static class EffectiveNumber
{
    /// <summary>The weights.</summary>
    /// <param name="counts">How often each class or label occurs.</param>
    /// <param name="beta">β, from 0 to below 1; the paper's are 0.9, 0.99, 0.999 and 0.9999.</param>
    public static double[] Weights(ReadOnlySpan<long> counts, double beta)
    {
        Require.That(beta is >= 0 and < 1, nameof(EffectiveNumber), nameof(beta), beta, "at least 0 and below 1");
        var weights = new double[counts.Length];
        double sum = 0;
        int occurring = 0;
        for (int c = 0; c < weights.Length; c++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(counts[c], nameof(counts));
            if (counts[c] == 0) continue;
            weights[c] = (1 - beta) / (1 - Math.Pow(beta, counts[c]));
            sum += weights[c];
            occurring++;
        }

        for (int c = 0; c < weights.Length; c++) weights[c] *= occurring / sum;
        return weights;
    }
}
