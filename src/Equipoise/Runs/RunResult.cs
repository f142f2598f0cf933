using Equipoise.Engine.Profiling;
using Equipoise.Training;

namespace Equipoise.Runs;

/// <summary>What a training run did.</summary>
/// <param name="Folder">The run folder; null if training was interrupted before the first epoch was complete.</param>
/// <param name="Data">The data and the completed config.</param>
/// <param name="History">The account of all steps and epochs.</param>
/// <param name="BestEpoch">The epoch whose weights were kept, from 1; 0 if none was complete.</param>
/// <param name="Train">The best weights on the training part; null if interrupted.</param>
/// <param name="Valid">The best weights on the validation part; null without one.</param>
/// <param name="Test">The best weights on the test part, looked at only now; null without one.</param>
/// <param name="Interrupted">Whether it was ended from outside.</param>
/// <param name="Notes">What was chosen for the config, with the reasons.</param>
public sealed record RunResult(string? Folder, RunData Data, History History, int BestEpoch,
    EvaluationResult? Train, EvaluationResult? Valid, EvaluationResult? Test, bool Interrupted, IReadOnlyList<string> Notes)
{
    /// <summary>Where the time of the training steps went; null unless it was asked for.</summary>
    public StepProfile? Profile { get; init; }

    /// <summary>The parts that were evaluated, by name.</summary>
    public IEnumerable<(string Part, EvaluationResult Result)> Parts
    {
        get
        {
            if (Train is not null) yield return ("train", Train);
            if (Valid is not null) yield return ("valid", Valid);
            if (Test is not null) yield return ("test", Test);
        }
    }
}
