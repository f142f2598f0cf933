namespace Equipoise.Sweeps;

/// <summary>The objectives of a trial after an epoch.</summary>
/// <param name="Number">The trial.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Values">The objectives, in the order of the plan.</param>
public sealed record SweepReport(int Number, int Epoch, IReadOnlyList<double> Values);
