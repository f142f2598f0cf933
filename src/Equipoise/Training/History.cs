using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>What a call of fit did.</summary>
/// <param name="Ledger">The account of all steps and epochs of this training.</param>
/// <param name="Epochs">The epochs of this call.</param>
/// <param name="StopReason">Why it ended before its last epoch; null if it did not.</param>
public sealed record History(LossLedger Ledger, IReadOnlyList<EpochEntry> Epochs, string? StopReason)
{
    /// <summary>A figure of each epoch by name; see <see cref="EpochEntry.Find"/>.</summary>
    public IReadOnlyList<double?> Of(string name) => [.. Epochs.Select(e => e.Find(name))];
}
