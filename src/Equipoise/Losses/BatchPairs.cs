namespace Equipoise.Losses;

/// <summary>What losses over the pairs of a batch have in common: who belongs together, and which rows can be anchors.</summary>
/// <remarks>
/// Rows of one class belong together. A row whose label is missing (NaN) takes no part at all. One of share 0 with a label is no anchor, but stays a neighbour of the others: so are
/// rows without a partner, which are left out of the mean.
/// </remarks>
internal static class BatchPairs
{
    /// <summary>Whether row i has a label.</summary>
    public static bool Has(ReadOnlySpan<float> labels, int i) => !float.IsNaN(labels[i]);

    /// <summary>Whether rows i and j have the same label.</summary>
    public static bool Together(ReadOnlySpan<float> labels, int i, int j) => labels[i] == labels[j];

    /// <summary>Leaves out anchors without a partner or, if wanted, without a row of another class.</summary>
    public static void LeaveOut(ReadOnlySpan<float> labels, bool needsOther, Span<float> counted)
    {
        for (int i = 0; i < counted.Length; i++)
        {
            if (counted[i] == 0) continue;
            bool partner = false, other = false;
            for (int j = 0; j < labels.Length; j++)
            {
                if (i == j || !Has(labels, j)) continue;
                if (Together(labels, i, j)) partner = true;
                else other = true;
            }

            if (!partner || (needsOther && !other)) counted[i] = 0;
        }
    }

    /// <summary>Softmax-weighted sum: turns scores into their weights e^(s − largest) / Σ and gives log Σ e^s; −∞ counts nothing.</summary>
    public static float LogSumExp(Span<float> scores)
    {
        float largest = float.NegativeInfinity;
        foreach (float score in scores)
        {
            if (score > largest || float.IsNaN(score)) largest = score;
        }

        if (float.IsNegativeInfinity(largest))
        {
            scores.Clear();
            return largest;
        }

        float sum = 0;
        foreach (ref float score in scores)
        {
            score = Engine.Kernels.Exponentials.Exp(score - largest);
            sum += score;
        }

        foreach (ref float score in scores) score /= sum;
        return largest + Engine.Kernels.Exponentials.Log(sum);
    }
}
