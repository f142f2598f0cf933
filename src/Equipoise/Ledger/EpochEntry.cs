namespace Equipoise.Ledger;

/// <summary>The account of an epoch.</summary>
/// <param name="Epoch">Number, from 1.</param>
/// <param name="Training">Mean of the steps, weighted by their rows. The weights of the network change within the epoch, so it differs from an evaluation afterwards.</param>
/// <param name="TrainingMetrics">Figures over the training rows, from the predictions before each update.</param>
/// <param name="Validation">The account of the validation part after the epoch; null without one.</param>
/// <param name="ValidationMetrics">Figures of the validation part.</param>
/// <param name="Seconds">How long training took, validation apart.</param>
public sealed record EpochEntry(int Epoch, LedgerEntry Training, IReadOnlyList<MetricValue> TrainingMetrics,
    LedgerEntry? Validation, IReadOnlyList<MetricValue> ValidationMetrics, double Seconds)
{
    /// <summary>
    /// A figure of the epoch by name: <c>loss</c>, <c>OUTPUT</c> (its raw loss), <c>OUTPUT.METRIC</c>, or <c>OUTPUT.LOSS</c> where it has several losses; of the validation part where there is one, else of training.
    /// With <c>train:</c> or <c>valid:</c> in front, of that part.
    /// </summary>
    /// <returns>The value, or null if there is none of that name.</returns>
    public double? Find(string name)
    {
        bool validation = Validation is not null;
        if (name.StartsWith("train:", StringComparison.Ordinal)) validation = false;
        else if (name.StartsWith("valid:", StringComparison.Ordinal) && !validation) return null;
        string rest = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var entry = validation ? Validation! : Training;
        if (rest == "loss") return entry.Total;
        if (entry.Outputs.FirstOrDefault(o => o.Output == rest) is { } term) return term.RawLoss;
        if (entry.Outputs.SelectMany(o => o.Losses.Select(l => (Name: $"{o.Output}.{l.Name}", l.RawLoss))).FirstOrDefault(l => l.Name == rest) is { Name: not null } part) return part.RawLoss;
        return (validation ? ValidationMetrics : TrainingMetrics).FirstOrDefault(m => $"{m.Output}.{m.Name}" == rest)?.Value;
    }
}
