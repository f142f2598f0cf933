namespace Equipoise.Engine.Profiling;

/// <summary>One line of a profile.</summary>
/// <param name="Node">Name of the node; null for a phase of the whole step.</param>
/// <param name="Kind">Kind of its operation.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Seconds">Time of all threads and steps.</param>
/// <param name="Operations">Floating-point operations, as <see cref="Graphs.Operation.Work"/> counts them for operations with parameters; an activation that was fused is not counted. 0 where nothing is counted.</param>
public sealed record ProfileEntry(string? Node, string? Kind, StepPhase Phase, double Seconds, double Operations);
