namespace Equipoise.Sweeps;

/// <summary>What is better than what with several costs, less being better in each.</summary>
/// <remarks>Costs are finite numbers, one array a point, all of one length. Points with equal costs do not dominate each other, so all of them are on the front.</remarks>
public static class ParetoFront
{
    /// <summary>Whether one point is at least as good as another in every cost, and better in one.</summary>
    public static bool Dominates(ReadOnlySpan<double> better, ReadOnlySpan<double> worse)
    {
        bool somewhere = false;
        for (int c = 0; c < better.Length; c++)
        {
            if (better[c] > worse[c]) return false;
            somewhere |= better[c] < worse[c];
        }
        return somewhere;
    }

    /// <summary>The points that no other one dominates, in their order.</summary>
    public static int[] Of(IReadOnlyList<double[]> costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        return [.. Enumerable.Range(0, costs.Count).Where(i => !costs.Any(other => Dominates(other, costs[i])))];
    }

    /// <summary>Non-dominated sorting: 0 for the front, 1 for the front of what is left without it, and so on. O(points² × costs). Source: Deb et al., NSGA-II, 2002, section III-A.</summary>
    public static int[] Ranks(IReadOnlyList<double[]> costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        var worse = new List<int>[costs.Count];                // the points that each one dominates
        var better = new int[costs.Count];                     // how many points not yet on a front dominate it
        for (int i = 0; i < costs.Count; i++) worse[i] = [];
        void Note(int winner, int loser)
        {
            worse[winner].Add(loser);
            better[loser]++;
        }
        for (int i = 0; i < costs.Count; i++)
        {
            for (int o = i + 1; o < costs.Count; o++)
            {
                if (Dominates(costs[i], costs[o])) Note(i, o);
                else if (Dominates(costs[o], costs[i])) Note(o, i);
            }
        }
        var ranks = new int[costs.Count];
        List<int> front = [.. Enumerable.Range(0, costs.Count).Where(i => better[i] == 0)];
        for (int rank = 0; front.Count > 0; rank++)
        {
            var next = new List<int>();
            foreach (int i in front)
            {
                ranks[i] = rank;
                foreach (int w in worse[i])
                {
                    if (--better[w] == 0) next.Add(w);
                }
            }
            front = next;
        }
        return ranks;
    }

    /// <summary>Crowding distance within one front: Σ over costs of the gap between the two neighbours ÷ the range; infinite at both ends of a cost. Source: Deb et al., NSGA-II, 2002, section III-B.</summary>
    public static double[] Crowding(IReadOnlyList<double[]> costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        var distance = new double[costs.Count];
        for (int c = 0; costs.Count > 0 && c < costs[0].Length; c++)
        {
            int[] order = [.. Enumerable.Range(0, costs.Count).OrderBy(i => costs[i][c])];
            double range = costs[order[^1]][c] - costs[order[0]][c];
            distance[order[0]] = distance[order[^1]] = double.PositiveInfinity;
            if (range <= 0) continue;
            for (int i = 1; i < order.Length - 1; i++) distance[order[i]] += (costs[order[i + 1]][c] - costs[order[i - 1]][c]) / range;
        }
        return distance;
    }

    /// <summary>The knee: where the front bulges most towards the ideal, so that whichever cost is lowered further, another one pays more for it.</summary>
    /// <remarks>
    /// Each cost is put on a scale from 0 (the least on the front, the ideal) to 1 (the greatest, the nadir), x; the knee has the greatest distance (1 − Σ x) / √costs to the plane Σ x = 1 through the ends of the axes, on the side of the ideal.
    /// A cost that is the same all over the front is left out. After Das, "On characterizing the 'knee' of the Pareto curve based on normal-boundary intersection", 1999.
    /// </remarks>
    /// <param name="front">The costs of the points on the front.</param>
    /// <returns>The index in <paramref name="front"/>; the only point of a front of one; null if the front does not bulge towards the ideal (two ends alone, or a hollow front).</returns>
    public static int? Knee(IReadOnlyList<double[]> front)
    {
        ArgumentNullException.ThrowIfNull(front);
        const double Flat = 1e-9;
        if (front.Count == 0) return null;
        if (front.Count == 1) return 0;
        int width = front[0].Length;
        double[] ideal = [.. Enumerable.Range(0, width).Select(c => front.Min(p => p[c]))], nadir = [.. Enumerable.Range(0, width).Select(c => front.Max(p => p[c]))];
        int[] varied = [.. Enumerable.Range(0, width).Where(c => nadir[c] > ideal[c])];
        if (varied.Length == 0) return 0;                      // the same point several times
        int? knee = null;
        double farthest = Flat;
        for (int i = 0; i < front.Count; i++)
        {
            double distance = (1 - varied.Sum(c => (front[i][c] - ideal[c]) / (nadir[c] - ideal[c]))) / Math.Sqrt(varied.Length);
            if (distance <= farthest) continue;
            (farthest, knee) = (distance, i);
        }
        return knee;
    }
}
