using Equipoise.Training;

namespace Equipoise.Runs;

/// <summary>How a training run is carried out: what is not part of the config, since it does not change the result.</summary>
public sealed record RunOptions
{
    /// <summary>The folder that run folders are made in.</summary>
    public string Root { get; init; } = "runs";

    /// <summary>Called at each step and epoch.</summary>
    public IReadOnlyList<Callback> Callbacks { get; init; } = [];

    /// <summary>Whether to measure where the time of the training steps goes: see <see cref="RunResult.Profile"/>.</summary>
    public bool Profile { get; init; }

    /// <summary>Ends training after the step at hand; the last complete epoch is kept.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Gives the time in the folder's name.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
