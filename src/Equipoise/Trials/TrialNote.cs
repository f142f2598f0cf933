namespace Equipoise.Trials;

/// <summary>A trial of a comparison that is done.</summary>
/// <param name="Done">Trials done, with this one.</param>
/// <param name="All">Trials in all.</param>
/// <param name="Name">What was trained.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Value">The first judged figure, or the one of the output that is trained alone; NaN if it diverged.</param>
/// <param name="Seconds">How long it trained.</param>
/// <param name="Fault">Why it diverged; null if it did not.</param>
public sealed record TrialNote(int Done, int All, string Name, int Seed, double Value, double Seconds, string? Fault);
