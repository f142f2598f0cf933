namespace Equipoise.Sweeps;

/// <summary>What a sweep found.</summary>
/// <param name="Objectives">What was made better.</param>
/// <param name="Points">Every point, by number.</param>
/// <param name="Front">The points that no other is better than in everything, the best in the first objective first.</param>
/// <param name="Knee">The point of the front that bulges most: see <see cref="ParetoFront.Knee"/>; null if none does.</param>
/// <param name="Reference">The values up to which the hypervolume counts.</param>
/// <param name="Volume">The <see cref="Hypervolume"/> of the front; NaN if nothing counts.</param>
/// <param name="VolumeShare">The same as a share of the box from the reference to the best value of every objective.</param>
public sealed record SweepResult(IReadOnlyList<SweepObjective> Objectives, IReadOnlyList<SweepPointResult> Points, IReadOnlyList<SweepPointResult> Front, SweepPointResult? Knee,
    IReadOnlyList<double> Reference, double Volume, double VolumeShare)
{
    private const double BeyondWorst = 0.1;

    /// <summary>The result of some trials.</summary>
    /// <param name="objectives">What to judge by.</param>
    /// <param name="trials">The trials.</param>
    /// <param name="reference">Values up to which the hypervolume counts, by objective; where there is none, the worst value of all points that count, and a tenth of the range beyond.</param>
    public static SweepResult Of(IReadOnlyList<SweepObjective> objectives, IReadOnlyList<SweepTrial> trials, IReadOnlyDictionary<string, double>? reference = null)
    {
        ArgumentNullException.ThrowIfNull(objectives);
        ArgumentNullException.ThrowIfNull(trials);
        SweepPointResult[] points = [.. trials.GroupBy(t => t.Task.Point).OrderBy(g => g.Key).Select(g => SweepPointResult.Of(objectives, g.Key, [.. g]))];
        SweepPointResult[] counted = [.. points.Where(p => p.Counts)];
        if (counted.Length == 0) return new SweepResult(objectives, points, [], null, [.. objectives.Select(_ => double.NaN)], double.NaN, double.NaN);
        double[][] costs = [.. counted.Select(p => p.Costs(objectives))];
        int[] front = [.. ParetoFront.Of(costs).OrderBy(i => costs[i][0]).ThenBy(i => counted[i].Number)];
        double[][] frontCosts = [.. front.Select(i => costs[i])];
        double[] corner = [.. objectives.Select((o, c) =>
        {
            double worst = costs.Max(p => p[c]), best = costs.Min(p => p[c]);
            return reference?.TryGetValue(o.Name, out double given) == true ? o.Cost(given) : worst + (BeyondWorst * (worst - best));
        })];
        double volume = Hypervolume.Of(frontCosts, corner), box = 1;
        for (int c = 0; c < corner.Length; c++) box *= Math.Max(0, corner[c] - frontCosts.Min(p => p[c]));
        return new SweepResult(objectives, points, [.. front.Select(i => counted[i])], ParetoFront.Knee(frontCosts) is { } knee ? counted[front[knee]] : null,
            [.. objectives.Select((o, c) => o.Cost(corner[c]))], volume, box > 0 ? volume / box : double.NaN);
    }

    /// <summary>The best point by one figure among those that keep some bounds; null if none does. Points that were ended early do not count.</summary>
    public SweepPointResult? Best(SweepObjective by, IReadOnlyList<SweepConstraint> where)
    {
        ArgumentNullException.ThrowIfNull(by);
        ArgumentNullException.ThrowIfNull(where);
        double Cost(SweepPointResult p) => by.Cost(p.Figures.GetValueOrDefault(by.Name, double.NaN));
        return Points.Where(p => p.State == SweepState.Done && double.IsFinite(Cost(p)) && where.All(w => w.Holds(p.Figures.GetValueOrDefault(w.Name, double.NaN)))).MinBy(Cost);
    }
}
