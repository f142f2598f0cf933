namespace Equipoise.Metrics;

/// <summary>Some items of one output, as a metric sees them. Predictions are probabilities or values, never logits.</summary>
/// <remarks>An item is one vector along the last axis of the prediction: a row, or one position of a row when the output is a sequence.</remarks>
public readonly ref struct MetricRows
{
    /// <summary>How many items there are: rows × positions.</summary>
    public int Items { get; init; }

    /// <summary>Last axis of the prediction.</summary>
    public int Width { get; init; }

    /// <summary>Shape [Items, Width].</summary>
    public ReadOnlySpan<float> Predictions { get; init; }

    /// <summary>Shape [Items, Width], or [Items, 1] for class indices, or [Items, any length] for lists of labels.</summary>
    public ReadOnlySpan<float> Targets { get; init; }

    /// <summary>Shape [Items]. Empty: every item counts 1. An item of weight 0 is not counted at all; its target may be NaN.</summary>
    public ReadOnlySpan<float> Weights { get; init; }

    /// <summary>Shape [Items, columns]: what the data have in the metric's <see cref="Metric.Columns"/>. Empty: it has none.</summary>
    public ReadOnlySpan<double> Columns { get; init; }

    /// <summary>How many numbers a target has.</summary>
    public int TargetWidth => Items == 0 ? Width : Targets.Length / Items;

    /// <summary>Checks all lengths once; of targets that are lists, any length goes that is the same for all items.</summary>
    internal void Check(int width, bool lists)
    {
        if (Width != width) throw new ArgumentException($"This metric was started for predictions of width {width}, but they have {Width}.");
        if (Predictions.Length != Items * Width) throw new ArgumentException($"Predictions has {Predictions.Length} numbers; {Items} items of width {Width} need {Items * Width}.");
        if (lists ? Items > 0 && Targets.Length % Items != 0 : Targets.Length != Items * Width && Targets.Length != Items)
        {
            throw new ArgumentException($"Targets has {Targets.Length} numbers; {Items} items need {Items * Width}, or {Items} class indices.");
        }

        if (!Weights.IsEmpty && Weights.Length != Items) throw new ArgumentException($"Weights has {Weights.Length} numbers; {Items} items need as many, or none.");
    }
}
