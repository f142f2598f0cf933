namespace Equipoise.Engine.Execution;

/// <summary>How a plan is to be run.</summary>
/// <param name="Capacity">The most rows that a batch may have.</param>
/// <param name="Team">Who does the work; the executor does not dispose of it.</param>
/// <param name="Seed">Seed of dropout and other random operations.</param>
public sealed record ExecutorOptions(int Capacity, WorkerTeam Team, ulong Seed = 0);
