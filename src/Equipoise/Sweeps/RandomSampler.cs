using Equipoise.Engine.Randomness;

namespace Equipoise.Sweeps;

/// <summary>Independent, even random points.</summary>
public sealed record RandomSampler : SweepSampler
{
    /// <inheritdoc/>
    public override string Name => "random";

    /// <inheritdoc/>
    public override IReadOnlyList<double[]> Next(SweepSpace space, IReadOnlyList<SweepPoint> known, int count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(known);
        var stream = random.Derive("random points");
        return Take(space, known, count, i =>
        {
            var one = stream.Derive((ulong)i);
            return [.. Enumerable.Range(0, space.Width).Select(d => one.Uniform((ulong)d))];
        });
    }
}
