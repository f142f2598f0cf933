using Equipoise.Engine.Randomness;

namespace Equipoise.Sweeps;

/// <summary>Where a sweep looks next. It remembers nothing: what comes next follows from the points there are, so that a sweep can be interrupted and go on with the same points.</summary>
public abstract record SweepSampler
{
    /// <summary>The samplers by name.</summary>
    public static IReadOnlyList<string> Names { get; } = ["grid", "random", "sobol", "nsga2", "bayes"];

    /// <summary>Its name in plans.</summary>
    public abstract string Name { get; }

    /// <summary>Whether all points so far must have been judged before it gives the next.</summary>
    public virtual bool NeedsResults => false;

    /// <summary>The next points: none of them is the same variant as another or as one that there is.</summary>
    /// <param name="space">What varies.</param>
    /// <param name="known">All points so far.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="random">The random stream of the sweep; the same one each time.</param>
    /// <returns>As many or fewer; none: there is nothing more to try.</returns>
    public abstract IReadOnlyList<double[]> Next(SweepSpace space, IReadOnlyList<SweepPoint> known, int count, RandomStream random);

    /// <summary>A sampler by name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="population">Points of a generation of <c>nsga2</c>; points that <c>bayes</c> begins with.</param>
    /// <exception cref="Configs.ConfigException">There is none of that name.</exception>
    public static SweepSampler Of(string name, int population = Nsga2Sampler.UsualPopulation) => name switch
    {
        "grid" => new GridSampler(),
        "random" => new RandomSampler(),
        "sobol" => new SobolSampler(),
        "nsga2" => new Nsga2Sampler(population),
        "bayes" => new BayesSampler(population),
        _ => throw new Configs.ConfigException($"There is no sampler '{name}'. {Catalogs.Suggestion.Advice(name, [.. Names])}"),
    };

    /// <summary>Takes points from an endless sequence, leaving out those that are there already, until there are enough or only old ones have come for long.</summary>
    private protected static IReadOnlyList<double[]> Take(SweepSpace space, IReadOnlyList<SweepPoint> known, int count, Func<int, double[]> point)
    {
        const int Tries = 2000;
        var seen = known.Select(k => space.Key(k.Place)).ToHashSet();
        var points = new List<double[]>();
        for (int i = 0, vain = 0; points.Count < count && vain < Tries; i++)
        {
            double[] next = point(i);
            // Points of this very sequence that are known already are no vain tries.
            if (!seen.Add(space.Key(next))) vain += i < known.Count ? 0 : 1;
            else
            {
                points.Add(next);
                vain = 0;
            }
        }
        return points;
    }
}
