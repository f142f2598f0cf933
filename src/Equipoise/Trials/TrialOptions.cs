using Equipoise.Training;

namespace Equipoise.Trials;

/// <summary>How trials are carried out.</summary>
public sealed record TrialOptions
{
    /// <summary>Called after each epoch of a trial. A text that it returns ends the trial there, with the text as the reason; null goes on.</summary>
    public Func<TrialEpoch, string?>? AfterEpoch { get; init; }

    /// <summary>Further callbacks of the training, such as one that shows steps.</summary>
    public IReadOnlyList<Callback> Callbacks { get; init; } = [];

    /// <summary>Epochs in place of those of the config; null: as the config says.</summary>
    public int? Epochs { get; init; }

    /// <summary>Whether the test part is looked at, too.</summary>
    public bool Test { get; init; }

    /// <summary>Whether what the metrics see of every validation row is kept: <see cref="TrialResult.Rows"/>. Takes 4 bytes for each number of predictions and targets.</summary>
    public bool KeepRows { get; init; }

    /// <summary>The folder to make a run folder of each trial in; null: none is written.</summary>
    public string? Runs { get; init; }

    /// <summary>Ends the trial after the step at hand, with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}
