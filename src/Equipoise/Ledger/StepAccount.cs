namespace Equipoise.Ledger;

/// <summary>The figures of one step, as the trainer has them. K outputs with a loss, P penalties.</summary>
public readonly ref struct StepAccount
{
    /// <summary>Number of the epoch, from 1.</summary>
    public int Epoch { get; init; }

    /// <summary>Number of the step, from 1.</summary>
    public long Step { get; init; }

    /// <summary>Rows of the batch.</summary>
    public int Rows { get; init; }

    /// <summary>Learning rate of the step.</summary>
    public double LearningRate { get; init; }

    /// <summary>The total loss whose gradient was followed, summed by itself and not from the terms.</summary>
    public double Total { get; init; }

    /// <summary>
    /// Σ |term| over all items of the batch: what rounding is measured against. Values of both signs may cancel, so it can be far above the total.
    /// 0: the sizes of the outputs' terms are taken instead.
    /// </summary>
    public double Size { get; init; }

    /// <summary>Raw losses [K].</summary>
    public ReadOnlySpan<double> RawLosses { get; init; }

    /// <summary>Weights [K].</summary>
    public ReadOnlySpan<double> Weights { get; init; }

    /// <summary>Labelled items [K].</summary>
    public ReadOnlySpan<double> Labelled { get; init; }

    /// <summary>Divisors [K].</summary>
    public ReadOnlySpan<double> Divisors { get; init; }

    /// <summary>Penalties [P].</summary>
    public ReadOnlySpan<double> Penalties { get; init; }

    /// <summary>Raw losses of the parts of outputs with several losses, output by output.</summary>
    public ReadOnlySpan<double> PartLosses { get; init; }
}
