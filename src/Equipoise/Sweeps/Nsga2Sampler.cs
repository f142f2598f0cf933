using Equipoise.Engine.Randomness;

namespace Equipoise.Sweeps;

/// <summary>NSGA-II: the best points so far have children between and around them, generation by generation, so that the front is looked at more closely.</summary>
/// <remarks>
/// The first generation is Sobol's sequence (even random points with more than 16 coordinates). Parents of a generation are the best points by the front they are on (non-dominated sorting), then by crowding distance. Two tournaments of two choose
/// parents; simulated binary crossover (η 15, with probability 0.9) and polynomial mutation (η 20, with probability 1 / coordinates) make children, within bounds; values without an order are exchanged and drawn anew instead.
/// Points that diverged or were ended have no children. Source: Deb, Pratap, Agarwal and Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002; crossover and mutation with bounds as in Deb and
/// Agrawal, 1995. Differs: parents are chosen from all points so far, not only from the last two generations; a child that was tried before is mutated until it is new.
/// </remarks>
/// <param name="Population">Points of a generation, and parents of the next; at least 4.</param>
public sealed record Nsga2Sampler(int Population = Nsga2Sampler.UsualPopulation) : SweepSampler
{
    /// <summary>Points of a generation where nothing is said.</summary>
    public const int UsualPopulation = 12;

    private const double CrossoverEta = 15, MutationEta = 20, CrossoverShare = 0.9;

    /// <inheritdoc/>
    public override string Name => "nsga2";

    /// <inheritdoc/>
    public override bool NeedsResults => true;

    /// <inheritdoc/>
    public override IReadOnlyList<double[]> Next(SweepSpace space, IReadOnlyList<SweepPoint> known, int count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(known);
        if (known.Count < Population) return First(space, known, Math.Min(count, Population - known.Count), random);
        if (known.Any(p => !p.Ended)) throw new InvalidOperationException("A generation must be judged as a whole before the next one is made.");
        var judged = known.Where(p => p.Costs is not null).ToList();
        if (judged.Count < 2) return First(space, known, Math.Min(count, Population), random);
        var parents = Parents(judged);
        var draws = new RandomDraws(random.Derive("generation").Derive((ulong)known.Count));
        var seen = known.Select(k => space.Key(k.Place)).ToHashSet();
        var children = new List<double[]>();
        for (int tries = 0; children.Count < Math.Min(count, Population) && tries < 100 * Population; tries++)
        {
            double[] first = [.. Tournament(parents, ref draws)], second = [.. Tournament(parents, ref draws)];
            Cross(space, first, second, ref draws);
            foreach (double[] child in (double[][])[first, second])
            {
                Mutate(space, child, 1.0 / space.Width, ref draws);
                for (int again = 0; again < 20 && seen.Contains(space.Key(child)); again++) Mutate(space, child, 1, ref draws);
                if (children.Count < Math.Min(count, Population) && seen.Add(space.Key(child))) children.Add(child);
            }
        }
        return children;
    }

    private static IReadOnlyList<double[]> First(SweepSpace space, IReadOnlyList<SweepPoint> known, int count, RandomStream random)
        => (space.Width > SobolSequence.Dimensions ? (SweepSampler)new RandomSampler() : new SobolSampler()).Next(space, known, count, random);

    private List<(double[] Place, int Rank, double Crowding)> Parents(List<SweepPoint> judged)
    {
        double[][] costs = [.. judged.Select(p => (double[])[.. p.Costs!])];
        int[] ranks = ParetoFront.Ranks(costs);
        var parents = new List<(double[], int, double)>();
        for (int rank = 0; parents.Count < Population && rank <= ranks.Max(); rank++)
        {
            int[] members = [.. Enumerable.Range(0, ranks.Length).Where(i => ranks[i] == rank)];
            double[] crowding = ParetoFront.Crowding([.. members.Select(m => costs[m])]);
            foreach (int m in Enumerable.Range(0, members.Length).OrderByDescending(m => crowding[m]).ThenBy(m => members[m]))
            {
                if (parents.Count < Population) parents.Add((judged[members[m]].Place, rank, crowding[m]));
            }
        }
        return parents;
    }

    private static double[] Tournament(List<(double[] Place, int Rank, double Crowding)> parents, ref RandomDraws draws)
    {
        var a = parents[draws.Below(parents.Count)];
        var b = parents[draws.Below(parents.Count)];
        return a.Rank != b.Rank ? (a.Rank < b.Rank ? a : b).Place : a.Crowding >= b.Crowding ? a.Place : b.Place;
    }

    private static void Cross(SweepSpace space, double[] first, double[] second, ref RandomDraws draws)
    {
        if (draws.Uniform() > CrossoverShare) return;
        for (int d = 0; d < first.Length; d++)
        {
            double a = first[d], b = second[d];
            if (draws.Uniform() > 0.5 || Math.Abs(a - b) < 1e-14) continue;
            if (space.Choices[d])
            {
                (first[d], second[d]) = (b, a);
                continue;
            }
            double low = Math.Min(a, b), high = Math.Max(a, b), u = draws.Uniform();
            double down = Spread(1 + (2 * low / (high - low)), u), up = Spread(1 + (2 * (1 - high) / (high - low)), u);
            double c1 = Math.Clamp(0.5 * (low + high - (down * (high - low))), 0, 1), c2 = Math.Clamp(0.5 * (low + high + (up * (high - low))), 0, 1);
            (first[d], second[d]) = draws.Uniform() < 0.5 ? (c1, c2) : (c2, c1);
        }
    }

    // How far apart children are beside their parents, so that none leaves the bounds; beta says how much room there is.
    private static double Spread(double beta, double u)
    {
        double alpha = 2 - Math.Pow(beta, -(CrossoverEta + 1));
        return u <= 1 / alpha ? Math.Pow(u * alpha, 1 / (CrossoverEta + 1)) : Math.Pow(1 / (2 - (u * alpha)), 1 / (CrossoverEta + 1));
    }

    private static void Mutate(SweepSpace space, double[] child, double share, ref RandomDraws draws)
    {
        for (int d = 0; d < child.Length; d++)
        {
            if (draws.Uniform() >= share) continue;
            double u = draws.Uniform(), x = child[d];
            if (space.Choices[d])
            {
                child[d] = u;
                continue;
            }
            double power = MutationEta + 1;
            double move = u < 0.5
                ? Math.Pow((2 * u) + ((1 - (2 * u)) * Math.Pow(1 - x, power)), 1 / power) - 1
                : 1 - Math.Pow((2 * (1 - u)) + (2 * (u - 0.5) * Math.Pow(x, power)), 1 / power);
            child[d] = Math.Clamp(x + move, 0, 1);
        }
    }
}
