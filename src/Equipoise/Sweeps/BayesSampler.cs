using Equipoise.Engine.Randomness;

namespace Equipoise.Sweeps;

/// <summary>Looks where a model of the results so far expects the front to grow most: for few trials that take long.</summary>
/// <remarks>
/// It begins with <paramref name="Population"/> points of Sobol's sequence. Then a Gaussian process is fitted to each cost, and points are chosen a third of a population at a time: each is the one among many candidates (even ones, ones around the front and between its
/// points; the best are moved in smaller and smaller steps) whose optimistic costs, μ − <see cref="Optimism"/> × σ, would add most to the hypervolume of the front; where none adds, the one that is nearest to it. Before the next of the same third is chosen,
/// the model takes the expected costs as found. The reference of the volume is the worst of the front and a quarter of its range beyond, so that its ends grow, too.
/// Costs above the upper quartile and 1.5 times the range between quartiles are taken as that, since how bad a bad point is says nothing of the front; points that diverged or were ended early count as the upper quartile in each cost. Of more than
/// <see cref="MostPoints"/> points only the best, by the front that they are on, are modelled. What comes next follows from the points of whole thirds alone, so that a sweep that is interrupted, or asked for more trials later, finds the same.
/// Sources: Ponweiser, Wagner, Biermann and Vincze, "Multiobjective optimization on a limited budget of evaluations using model-assisted S-metric selection", 2008 (the gain); Ginsbourger, Le Riche and Carraro, "Kriging is well-suited to
/// parallelize optimization", 2010 (believing the model within a batch). Differs: exact gain without an ε of indifference.
/// </remarks>
/// <param name="Population">Points to begin with; at least 4.</param>
public sealed record BayesSampler(int Population = Nsga2Sampler.UsualPopulation) : SweepSampler
{
    /// <summary>Standard deviations below the mean that are hoped for.</summary>
    public const double Optimism = 0.7;

    /// <summary>Points that are modelled at the most.</summary>
    public const int MostPoints = 200;

    private const int Even = 400, Around = 16, Between = 100, Climbers = 4, Steps = 60, FrontPoints = 16;
    private const double Beyond = 0.25, Fence = 1.5;
    private static readonly double[] Widths = [0.2, 0.05, 0.01];

    /// <inheritdoc/>
    public override string Name => "bayes";

    /// <inheritdoc/>
    public override bool NeedsResults => true;

    private int Batch => Math.Max(1, Population / 3);

    /// <inheritdoc/>
    public override IReadOnlyList<double[]> Next(SweepSpace space, IReadOnlyList<SweepPoint> known, int count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(known);
        if (known.Count < Population) return First(space, known, Math.Min(count, Population - known.Count), random);
        if (known.Any(p => !p.Ended)) throw new InvalidOperationException("All points must be judged before the next ones are chosen.");
        int past = known.Count - ((known.Count - Population) % Batch);
        SweepPoint[] judged = [.. known.Take(past)];
        if (judged.Count(p => p.Costs is not null) < 2) return First(space, known, Math.Min(count, Batch), random);
        // The whole third, though some of it may be known: the rest is what it would have been.
        var batch = Choose(space, judged, random.Derive("bayes").Derive((ulong)past));
        var seen = known.Select(k => space.Key(k.Place)).ToHashSet();
        return [.. batch.Where(p => !seen.Contains(space.Key(p))).Take(Math.Min(count, past + Batch - known.Count))];
    }

    private static IReadOnlyList<double[]> First(SweepSpace space, IReadOnlyList<SweepPoint> known, int count, RandomStream random)
        => (space.Width > SobolSequence.Dimensions ? (SweepSampler)new RandomSampler() : new SobolSampler()).Next(space, known, count, random);

    private List<double[]> Choose(SweepSpace space, SweepPoint[] known, RandomStream random)
    {
        var draws = new RandomDraws(random);
        double[][] costs = Tamed(known);
        int[] modelled = [.. Enumerable.Range(0, known.Length)];
        if (known.Length > MostPoints)
        {
            int[] ranks = ParetoFront.Ranks(costs);
            modelled = [.. modelled.OrderBy(i => ranks[i]).Take(MostPoints).Order()];
        }
        double[][] places = [.. modelled.Select(i => Place(space, known[i].Place))];
        GaussianProcess[] models = [.. Enumerable.Range(0, costs[0].Length).Select(c => GaussianProcess.Fit(places, [.. modelled.Select(i => costs[i][c])], space.Choices))];
        // Points that were not judged are no part of the front, whatever they count as.
        var front = new FrontGain([.. known.Zip(costs).Where(p => p.First.Costs is not null).Select(p => p.Second)], Beyond);
        List<double[]> parents = [.. Enumerable.Range(0, known.Length).Where(i => known[i].Costs is not null && front.Contains(costs[i])).Select(i => known[i].Place)];
        var seen = known.Select(k => space.Key(k.Place)).ToHashSet();
        var chosen = new List<double[]>();
        while (chosen.Count < Batch)
        {
            double Gain(double[] point)
            {
                double[] place = Place(space, point);
                return front.Of([.. models.Select(m => m.At(place)).Select(g => g.Mean - (Optimism * g.Deviation))]);
            }
            var ranked = Candidates(space, parents, ref draws).Select(p => (Point: p, Gain: Gain(p))).OrderByDescending(c => c.Gain).ToList();
            for (int i = 0; i < Math.Min(Climbers, ranked.Count); i++) ranked[i] = Climb(space, ranked[i], Gain, ref draws);
            double[]? next = ranked.OrderByDescending(c => c.Gain).Select(c => c.Point).FirstOrDefault(p => !seen.Contains(space.Key(p)));
            next ??= new RandomSampler().Next(space, [.. known, .. chosen.Select(c => new SweepPoint(c, null, true))], 1, random.Derive("rest")).SingleOrDefault();
            if (next is null) break;
            chosen.Add(next);
            seen.Add(space.Key(next));
            if (chosen.Count == Batch) break;
            double[] at = Place(space, next), believed = [.. models.Select(m => m.At(at).Mean)];
            for (int c = 0; c < models.Length; c++) models[c].Add(at, believed[c]);
            front.Add(believed);
        }
        return chosen;
    }

    // Costs in units of their deviation from their mean, without the far bad ones.
    private static double[][] Tamed(SweepPoint[] known)
    {
        double[][] judged = [.. known.Where(p => p.Costs is not null).Select(p => (double[])[.. p.Costs!])];
        var columns = new double[judged[0].Length][];
        for (int c = 0; c < columns.Length; c++)
        {
            double[] sorted = [.. judged.Select(p => p[c]).Order()];
            double upper = Quantile(sorted, 0.75), fence = upper + (Fence * (upper - Quantile(sorted, 0.25)));
            double[] column = [.. known.Select(p => p.Costs is { } costs ? Math.Min(costs[c], fence) : upper)];
            double mean = column.Average(), deviation = Math.Sqrt(column.Average(v => (v - mean) * (v - mean)));
            columns[c] = [.. column.Select(v => deviation > 0 ? (v - mean) / deviation : 0)];
        }
        return [.. Enumerable.Range(0, known.Length).Select(i => (double[])[.. columns.Select(c => c[i])])];
    }

    private static double Quantile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }

    // Where the model sees a point: values that come to the same are at the same place.
    private static double[] Place(SweepSpace space, double[] point)
    {
        double[] place = [.. point];
        int at = 0;
        foreach (var dimension in space.Dimensions)
        {
            if (dimension is ChoiceDimension choice) place[at] = Math.Min((int)(point[at] * choice.Values.Count), choice.Values.Count - 1);
            else if (dimension is RangeDimension { Whole: true } range)
            {
                double value = range.Value(point[at]);
                place[at] = range.Log ? Math.Log(value / range.Low) / Math.Log(range.High / range.Low) : (value - range.Low) / (range.High - range.Low);
            }
            at += dimension.Width;
        }
        return place;
    }

    private static List<double[]> Candidates(SweepSpace space, List<double[]> parents, ref RandomDraws draws)
    {
        var candidates = new List<double[]>();
        for (int i = 0; i < Even; i++)
        {
            var point = new double[space.Width];
            for (int d = 0; d < point.Length; d++) point[d] = draws.Uniform();
            candidates.Add(point);
        }
        for (int i = 0; i < Math.Min(parents.Count, FrontPoints); i++)
        {
            // Of a long front others each time.
            double[] parent = parents.Count <= FrontPoints ? parents[i] : parents[draws.Below(parents.Count)];
            foreach (double width in Widths)
            {
                for (int n = 0; n < Around; n++) candidates.Add(Moved(space, parent, width, ref draws));
            }
        }
        for (int i = 0; i < Between && parents.Count > 1; i++)
        {
            double[] first = parents[draws.Below(parents.Count)], second = parents[draws.Below(parents.Count)];
            double share = draws.Uniform();
            var point = new double[space.Width];
            for (int d = 0; d < point.Length; d++) point[d] = space.Choices[d] ? (draws.Uniform() < share ? first[d] : second[d]) : (share * first[d]) + ((1 - share) * second[d]);
            candidates.Add(point);
        }
        return candidates;
    }

    private static (double[] Point, double Gain) Climb(SweepSpace space, (double[] Point, double Gain) best, Func<double[], double> gain, ref RandomDraws draws)
    {
        for (int step = 0; step < Steps; step++)
        {
            double[] point = Moved(space, best.Point, 0.1 * Math.Pow(0.01, (double)step / Steps), ref draws);
            if (gain(point) is var value && value > best.Gain) best = (point, value);
        }
        return best;
    }

    private static double[] Moved(SweepSpace space, double[] point, double width, ref RandomDraws draws)
    {
        double[] moved = [.. point];
        for (int d = 0; d < moved.Length; d++)
        {
            if (!space.Choices[d]) moved[d] = Math.Clamp(moved[d] + (width * draws.Normal()), 0, 1);
            else if (draws.Uniform() < width) moved[d] = draws.Uniform();
        }
        return moved;
    }
}
