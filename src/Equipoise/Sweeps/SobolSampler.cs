using Equipoise.Configs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Sweeps;

/// <summary>Sobol's sequence, scrambled: points that leave smaller gaps than random ones, and may be continued. See <see cref="SobolSequence"/>.</summary>
public sealed record SobolSampler : SweepSampler
{
    /// <inheritdoc/>
    public override string Name => "sobol";

    /// <inheritdoc/>
    /// <exception cref="ConfigException">The space has more coordinates than the sequence.</exception>
    public override IReadOnlyList<double[]> Next(SweepSpace space, IReadOnlyList<SweepPoint> known, int count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(known);
        if (space.Width > SobolSequence.Dimensions) throw new ConfigException($"The sampler sobol varies {SobolSequence.Dimensions} numbers at the most, but there are {space.Width}. Take the sampler random or nsga2, or vary less.");
        var stream = random.Derive("sobol points");
        return Take(space, known, count, i => [.. Enumerable.Range(0, space.Width).Select(d => SobolSequence.Scrambled((uint)i, d, stream))]);
    }
}
