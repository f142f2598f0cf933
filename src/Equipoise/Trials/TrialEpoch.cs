using Equipoise.Ledger;

namespace Equipoise.Trials;

/// <summary>How far a trial is.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Epoch">The epoch that has just ended, with the figures of its validation.</param>
/// <param name="Epochs">Epochs that it will take at the most.</param>
public sealed record TrialEpoch(Trial Trial, EpochEntry Epoch, int Epochs);
