using Equipoise.Trials;

namespace Equipoise.Sweeps;

/// <summary>A training that a sweep wants: a point with a seed.</summary>
/// <param name="Number">Its number, from 0, in the order in which trials are begun.</param>
/// <param name="Point">The number of its point, from 0; 0 is the config as it is.</param>
/// <param name="Seed">The seed of the training.</param>
/// <param name="Coordinates">Where the point is; empty for the config as it is.</param>
/// <param name="Changes">What it changes in the config.</param>
public sealed record SweepTask(int Number, int Point, int Seed, IReadOnlyList<double> Coordinates, IReadOnlyList<ConfigChange> Changes);
