namespace Equipoise.Sweeps;

/// <summary>A trial in a queue.</summary>
/// <param name="Task">What is trained.</param>
/// <param name="State">What has become of it.</param>
/// <param name="Worker">Who trains or trained it; empty: nobody yet.</param>
/// <param name="Attempts">How often it was begun.</param>
/// <param name="Outcome">What it found; null while it is not ended.</param>
public sealed record SweepTrial(SweepTask Task, SweepState State, string Worker, int Attempts, SweepOutcome? Outcome);
