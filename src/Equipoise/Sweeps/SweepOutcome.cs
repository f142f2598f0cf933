namespace Equipoise.Sweeps;

/// <summary>What a trial found.</summary>
/// <param name="State">How it ended.</param>
/// <param name="Figures">Every metric and raw loss of the validation part by name, at the epoch that was kept; empty if there is none.</param>
/// <param name="BestEpoch">The epoch that was kept, by <c>training.keep</c>; 0: none.</param>
/// <param name="Epochs">Epochs that were trained.</param>
/// <param name="Seconds">How long they trained, validation apart.</param>
/// <param name="Reason">Why it ended early or failed; empty otherwise.</param>
public sealed record SweepOutcome(SweepState State, IReadOnlyDictionary<string, double> Figures, int BestEpoch, int Epochs, double Seconds, string Reason);
