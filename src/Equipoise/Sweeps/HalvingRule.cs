namespace Equipoise.Sweeps;

/// <summary>Successive halving for several objectives: after a quarter and after half of the epochs, a trial in the worse half is ended if another one is better than it in every objective, by a margin, at the same epoch.</summary>
/// <remarks>
/// Both must hold: at least half of the trials that got to that epoch are better by the front they are on and crowding (so that the best half always goes on), and one of them has costs ≤ own cost − margin × range in every objective, where the range is
/// that of all trials at that epoch. So a trial that is best in any one objective is never ended, nor one that is only a little worse. Nothing is ended before four trials got there. Trials are compared with those of the same seed.
/// After Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", 2016; asynchronous as in Li et al., "A system for massively parallel hyperparameter tuning", 2020 (ASHA). Differs: several
/// objectives, and the margin.
/// </remarks>
public static class HalvingRule
{
    /// <summary>The margin where nothing is said.</summary>
    public const double UsualMargin = 0.1;

    private const int LeastTrials = 4;

    /// <summary>Whether trials may be ended after this epoch.</summary>
    /// <param name="epoch">The epoch that ended, from 1.</param>
    /// <param name="epochs">Epochs in all.</param>
    public static bool IsRung(int epoch, int epochs) => epoch < epochs && (epoch == Math.Max(1, epochs / 4) || epoch == Math.Max(1, epochs / 2));

    /// <summary>The trial that is reason enough to end one; null: it goes on.</summary>
    /// <param name="own">Its costs, finite.</param>
    /// <param name="others">Costs of the other trials at the same epoch; those with a value that is no number are left out.</param>
    /// <param name="margin">By how much of the range, from 0.</param>
    /// <returns>The index in <paramref name="others"/>.</returns>
    public static int? Better(ReadOnlySpan<double> own, IReadOnlyList<double[]> others, double margin)
    {
        ArgumentNullException.ThrowIfNull(others);
        double[] mine = own.ToArray();
        int[] finite = [.. Enumerable.Range(0, others.Count).Where(i => others[i].All(double.IsFinite))];
        if (finite.Length + 1 < LeastTrials || !mine.All(double.IsFinite)) return null;
        List<double[]> all = [.. finite.Select(i => others[i]), mine];
        int[] ranks = ParetoFront.Ranks(all);
        int rank = ranks[^1];
        int[] peers = [.. Enumerable.Range(0, all.Count).Where(i => ranks[i] == rank)];
        double[] crowding = ParetoFront.Crowding([.. peers.Select(p => all[p])]);
        int ahead = ranks.Count(r => r < rank) + crowding[..^1].Count(c => c > crowding[^1]);
        if (2 * ahead < all.Count) return null;
        double[] margins = [.. Enumerable.Range(0, mine.Length).Select(c => margin * (all.Max(p => p[c]) - all.Min(p => p[c])))];
        foreach (int i in finite)
        {
            bool better = ParetoFront.Dominates(others[i], mine);
            for (int c = 0; c < mine.Length && better; c++) better = others[i][c] <= mine[c] - margins[c];
            if (better) return i;
        }
        return null;
    }
}
