namespace Equipoise.Losses;

/// <summary>Some items of one output, as a loss sees them: predictions, targets and shares in; values and gradients out.</summary>
/// <remarks>
/// An item is one vector along the last axis of the prediction: a row, or one position of a row when the output is a sequence. Losses of another
/// <see cref="Loss.Scope"/> get whole rows as items, each with all its positions.
/// A share is what an item's value counts for in the raw loss: its weight divided by the divisor, so raw loss = Σ share × value.
/// A share of exactly 0 means masked or missing: value and gradient are then 0 and its target, which may be NaN, has no influence.
/// Items are independent of one another, so any slice of a batch gives the same bits as the whole batch; only losses over the whole batch get it whole.
/// </remarks>
public readonly ref struct LossRows
{
    private readonly int _furtherPositions;

    /// <summary>How many items there are: rows × positions, or rows.</summary>
    public int Items { get; init; }

    /// <summary>Numbers of an item: the last axis of the prediction, or all of a row.</summary>
    public int Width { get; init; }

    /// <summary>Positions of an item: 1, unless items are whole rows of sequences. Each has Width / Positions numbers.</summary>
    public int Positions
    {
        get => _furtherPositions + 1;
        init => _furtherPositions = value - 1;
    }

    /// <summary>Shape [Items, Width].</summary>
    public ReadOnlySpan<float> Predictions { get; init; }

    /// <summary>Shape [Items, <see cref="Loss.TargetWidth"/>]: often the width, or 1 for losses on class indices.</summary>
    public ReadOnlySpan<float> Targets { get; init; }

    /// <summary>Shape [Items]: weight / divisor.</summary>
    public ReadOnlySpan<float> Shares { get; init; }

    /// <summary>Shape [Items], out: the loss of each item before its share.</summary>
    public Span<float> Values { get; init; }

    /// <summary>Shape [Items, Width], out: share × d value / d prediction, overwritten. Empty when only the values are wanted.</summary>
    public Span<float> Gradients { get; init; }

    /// <summary>Shape [Width]: what each label counts within an item, for losses that <see cref="Loss.TakesLabelWeights"/>; empty: every label counts 1.</summary>
    public ReadOnlySpan<float> LabelWeights { get; init; }

    /// <summary>Shape [Items, Positions]: 0 where a position does not count. Empty: all do. Only for items that are whole rows; for others the mask is in the shares.</summary>
    public ReadOnlySpan<float> Mask { get; init; }

    /// <summary>Shape [Items, parts], out, for a <see cref="CombinedLoss"/>: the value of each part, without its weight. Empty: not wanted.</summary>
    public Span<float> PartValues { get; init; }

    /// <summary>Working memory of at least <see cref="Loss.ScratchSize"/>; not cleared.</summary>
    public Span<float> Scratch { get; init; }

    /// <summary>Numbers of a target.</summary>
    public int TargetWidth => Items == 0 ? 0 : Targets.Length / Items;

    /// <summary>Whether gradients are wanted.</summary>
    public bool WantsGradients => !Gradients.IsEmpty;

    /// <summary>Checks all lengths once, so that the loops need not.</summary>
    /// <exception cref="ArgumentException">A span is shorter or longer than Items and Width say.</exception>
    internal void Check(int targetWidth)
    {
        Check(Predictions.Length, Items * Width, nameof(Predictions));
        Check(Targets.Length, Items * targetWidth, nameof(Targets));
        Check(Shares.Length, Items, nameof(Shares));
        Check(Values.Length, Items, nameof(Values));
        if (!LabelWeights.IsEmpty) Check(LabelWeights.Length, Width, nameof(LabelWeights));
        if (WantsGradients) Check(Gradients.Length, Items * Width, nameof(Gradients));
        if (!Mask.IsEmpty) Check(Mask.Length, Items * Positions, nameof(Mask));
    }

    private void Check(int length, int wanted, string name)
    {
        if (length != wanted) throw new ArgumentException($"{name} has {length} numbers; {Items} items of width {Width} need {wanted}.", name);
    }
}
