namespace Equipoise.Balancing;

/// <summary>All that a balancer may look at in one step. T is the number of tasks.</summary>
public readonly ref struct BalancerInput
{
    /// <summary>Raw loss of each task [T]; empty unless the balancer needs losses.</summary>
    public ReadOnlySpan<double> Losses { get; init; }

    /// <summary>Inner products of the gradients [T, T], row by row; empty unless needed.</summary>
    public ReadOnlySpan<double> Gramian { get; init; }

    /// <summary>The user's weight of each task [T], at least 0.</summary>
    public ReadOnlySpan<double> Priorities { get; init; }

    /// <summary>Number of the step, from 0.</summary>
    public long Step { get; init; }

    /// <summary>Number of the epoch, from 0.</summary>
    public int Epoch { get; init; }
}
