namespace Equipoise.Balancing;

/// <summary>All that a balancer may look at in one step. T is the number of outputs. What a method does not need may be left empty.</summary>
public readonly ref struct BalancerInput
{
    /// <summary>Raw loss of each output [T]; empty unless the balancer needs losses.</summary>
    public ReadOnlySpan<double> Losses { get; init; }

    /// <summary>Inner products of the outputs' gradients of the shared parameters [T, T], row by row, without weight decay; empty unless needed. Sum them in double.</summary>
    public ReadOnlySpan<double> Gramian { get; init; }

    /// <summary>
    /// Inner products of the gradients of one batch (row) with those of another (column), at the same parameters [T, T]; the halves of a batch will do. Empty unless needed.
    /// </summary>
    public ReadOnlySpan<double> CrossGramian { get; init; }

    /// <summary>The gradients of the shared parameters themselves; null unless needed.</summary>
    public TaskGradients? Gradients { get; init; }

    /// <summary>The user's weight of each output [T], at least 0; 0 leaves it out. Empty: all 1.</summary>
    public ReadOnlySpan<double> Priorities { get; init; }

    /// <summary>Whether the output has a label in this batch [T]. Empty: all have.</summary>
    public ReadOnlySpan<bool> Present { get; init; }

    /// <summary>Number of the step, from 0. With <see cref="Seed"/> it decides every random draw, so that a step can be repeated.</summary>
    public long Step { get; init; }

    /// <summary>Number of the epoch, from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>The seed of the run.</summary>
    public ulong Seed { get; init; }
}
