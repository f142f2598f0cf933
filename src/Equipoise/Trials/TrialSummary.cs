namespace Equipoise.Trials;

/// <summary>The figures of one trial of a comparison.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Values">The judged figures on the validation part, in the order of the plan; NaN if it diverged.</param>
/// <param name="Test">The same on the test part; null if it was not looked at.</param>
/// <param name="BestEpoch">The epoch that was judged.</param>
/// <param name="Epochs">Epochs that were trained.</param>
/// <param name="Seconds">How long they trained.</param>
/// <param name="Fault">Why it diverged; null if it did not.</param>
public sealed record TrialSummary(int Seed, IReadOnlyList<double> Values, IReadOnlyList<double>? Test, int BestEpoch, int Epochs, double Seconds, string? Fault);
