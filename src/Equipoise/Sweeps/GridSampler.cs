using Equipoise.Configs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Sweeps;

/// <summary>Every combination of evenly spread values, in order, the last dimension first: all values of a choice, the same number of values of every range, ends included, and a lattice of the weights.</summary>
/// <remarks>The number of values is the greatest whose combinations are no more than the trials that are wanted. Which trials come does depend on how many are wanted.</remarks>
public sealed record GridSampler : SweepSampler
{
    private const int Finest = 1000;

    /// <inheritdoc/>
    public override string Name => "grid";

    /// <inheritdoc/>
    /// <exception cref="ConfigException">Even the coarsest grid has more points than are wanted.</exception>
    public override IReadOnlyList<double[]> Next(SweepSpace space, IReadOnlyList<SweepPoint> known, int count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(known);
        int wanted = known.Count + count, resolution = 2;
        if (Points(space, 2, wanted) > wanted) throw new ConfigException($"A grid over {space.Dimensions.Count} {(space.Dimensions.Count == 1 ? "setting" : "settings")} has at least {Points(space, 2, long.MaxValue / 2)} points, but {wanted} trials are wanted. Ask for more trials, or take the sampler sobol.");
        while (resolution < Finest && Points(space, resolution + 1, wanted) <= wanted) resolution++;
        IReadOnlyList<double[]>[] levels = [.. space.Dimensions.Select(d => d.Levels(resolution))];
        int all = levels.Aggregate(1, (product, l) => product * l.Count);
        // Every point of the grid once; the sequence goes round, so that only old points come when all have been.
        return Take(space, known, count, i => At(levels, i % all));
    }

    private static double[] At(IReadOnlyList<double[]>[] levels, int number)
    {
        var parts = new double[levels.Length][];
        for (int d = levels.Length - 1; d >= 0; d--)
        {
            parts[d] = levels[d][number % levels[d].Count];
            number /= levels[d].Count;
        }
        return [.. parts.SelectMany(p => p)];
    }

    // Combinations, or something above the limit; a lattice is counted, not made: C(resolution − 1 + width, width).
    private static long Points(SweepSpace space, int resolution, long limit)
    {
        double product = 1;
        foreach (var dimension in space.Dimensions)
        {
            double levels = 1;
            if (dimension is WeightDimension)
            {
                for (int i = 1; i <= dimension.Width; i++) levels = levels * (resolution - 1 + i) / i;
            }
            else levels = dimension.Levels(resolution).Count;
            product *= Math.Round(levels);
            if (product > limit) return product > long.MaxValue / 4 ? long.MaxValue / 4 : (long)product;
        }
        return (long)product;
    }
}
