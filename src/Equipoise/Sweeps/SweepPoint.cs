namespace Equipoise.Sweeps;

/// <summary>A point of a sweep and what was found there.</summary>
/// <param name="Coordinates">Where, from 0 to 1 each.</param>
/// <param name="Costs">The objectives turned so that less is better; null: not judged, or no number (diverged).</param>
/// <param name="Ended">Whether nothing more is to come.</param>
public sealed record SweepPoint(IReadOnlyList<double> Coordinates, IReadOnlyList<double>? Costs, bool Ended)
{
    /// <summary>The coordinates.</summary>
    internal double[] Place { get; } = [.. Coordinates];
}
