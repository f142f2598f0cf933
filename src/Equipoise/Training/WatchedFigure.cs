namespace Equipoise.Training;

/// <summary>One of several figures that <see cref="JointEarlyStopping"/> watches, with patience and direction of its own.</summary>
/// <param name="Figure">The figure: <c>loss</c>, an output's name (its raw loss), or <c>OUTPUT.METRIC</c>; of validation where there is one. See <see cref="Ledger.EpochEntry.Find"/>.</param>
public sealed record WatchedFigure(string Figure)
{
    /// <summary>How many epochs in a row without improvement are borne; null: as many as the stopping says.</summary>
    public int? Patience { get; init; }

    /// <summary>The least improvement that counts, in the unit of the figure.</summary>
    public double MinimumDelta { get; init; }

    /// <summary>Which way it improves; null: down for losses, as the metric says otherwise.</summary>
    public bool? HigherIsBetter { get; init; }

    /// <summary>What the figure counts in the score, at least 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Whether the head of its output is frozen when its patience is over: the weights that this output alone uses stay as they are, while its loss still leads the layers that it shares. See <see cref="Trainer.Freeze"/>.</summary>
    public bool FreezeHead { get; init; }

    /// <summary>The output that the figure is of; null: it is the total.</summary>
    internal string? Output
    {
        get
        {
            string name = Figure[(Figure.IndexOf(':', StringComparison.Ordinal) + 1)..];
            return name == "loss" ? null : name;
        }
    }
}
