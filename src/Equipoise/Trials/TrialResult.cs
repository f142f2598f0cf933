using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Trials;

/// <summary>What a trial found.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Data">The data, with the completed config of the variant.</param>
/// <param name="History">The account of all steps and epochs; null if it diverged.</param>
/// <param name="BestEpoch">The epoch whose weights were judged, as <c>training.keep</c> says, from 1.</param>
/// <param name="Valid">Losses and metrics of these weights on the validation part, under the weights of the config; null if it diverged.</param>
/// <param name="Test">The same on the test part; null if it was not asked for, or there is none.</param>
/// <param name="Seconds">How long its epochs trained, validation apart.</param>
/// <param name="Fault">Why it diverged; null if it did not.</param>
public sealed record TrialResult(Trial Trial, RunData Data, History? History, int BestEpoch, EvaluationResult? Valid, EvaluationResult? Test, double Seconds, string? Fault)
{
    /// <summary>What the metrics of each output saw of every validation row; null unless it was asked for.</summary>
    public IReadOnlyDictionary<string, OutputRows>? Rows { get; init; }

    /// <summary>The same of every test row; null unless both were asked for.</summary>
    public IReadOnlyDictionary<string, OutputRows>? TestRows { get; init; }

    /// <summary>The run folder; null if none was asked for.</summary>
    public string? Folder { get; init; }

    /// <summary>Why it ended before its last epoch; null if it did not.</summary>
    public string? StopReason => History?.StopReason;

    /// <summary>A figure of the validation part by name, as configs write it: <c>total</c>, <c>output.loss</c> or <c>output.metric</c>.</summary>
    /// <returns>The value; NaN if the trial diverged; null if there is no figure of that name.</returns>
    public double? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var loss = Data.Config.Outputs.Select(o => (Output: o.Name, Part: (o.Loss as Losses.CombinedLoss)?.Parts.FirstOrDefault(l => name == $"{o.Name}.{l.Name}"))).FirstOrDefault(l => l.Part is not null);
        if (loss.Part is { } part) return Valid?.Account[loss.Output].Losses.First(l => l.Name == part.Name).RawLoss ?? double.NaN;
        bool known = name is "total" or "loss" || Data.Config.Outputs.Any(o => name == $"{o.Name}.loss" || (o.Metrics ?? []).Any(m => name == $"{o.Name}.{m.Name}"));
        if (!known) return null;
        if (Valid is null) return double.NaN;
        if (name is "total" or "loss") return Valid.Account.Total;
        if (Valid.Account.Outputs.FirstOrDefault(o => name == $"{o.Output}.loss") is { } term) return term.RawLoss;
        return Valid.Metrics.FirstOrDefault(m => name == $"{m.Output}.{m.Name}")?.Value;
    }
}
