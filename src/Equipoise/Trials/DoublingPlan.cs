namespace Equipoise.Trials;

/// <summary>How long and how often a doubled weight is tried.</summary>
public sealed record DoublingPlan
{
    /// <summary>Steps with the doubled weight, and as many without, at least 1.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Steps before them under the weights as they are, the same in both, in which the optimizer gathers again what it remembers; null: as many as <see cref="Steps"/>.</summary>
    public int? WarmUp { get; init; }

    /// <summary>Orders of the batches that both are trained in, at least 1. With one, nothing is known of chance.</summary>
    public int Orders { get; init; } = 5;

    /// <summary>The learning rate; null: the mean of the last epoch of the run.</summary>
    public double? LearningRate { get; init; }

    /// <summary>How sure each interval is.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>What the weight is multiplied with; 1 must change nothing.</summary>
    internal double Factor { get; init; } = 2;
}
