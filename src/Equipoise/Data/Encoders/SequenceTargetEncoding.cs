using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A list of labels in their order to predict, of any length, such as the sounds of a word: for a loss that aligns it with the steps of the output, as ctc does. See <see cref="SequenceTargetEncoder"/>.</summary>
public sealed record SequenceTargetEncoding : TargetEncoding
{
    /// <summary>What stands between the labels in a cell; a space stands for any white space.</summary>
    public string Separator { get; init; } = " ";

    /// <summary>Characters that are left out of every label, such as the digits of stress in <c>AH0</c>; a label of nothing else is passed over.</summary>
    public string Without { get; init; } = "";

    /// <summary>The labels in the order wanted; empty: those of the training part, sorted.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <inheritdoc/>
    public override TargetEncoder Fit(Table train, string column)
    {
        ArgumentNullException.ThrowIfNull(train);
        var cells = SequenceTargetEncoder.Cut(train[column], Without);
        var counts = SetEncoding.Count(cells, Separator);
        if (counts.Count == 0) throw Cells.NoValue(cells, "label");
        string[] labels = Labels.Count > 0 ? [.. Labels] : Cells.Sorted(counts.Keys);
        return new SequenceTargetEncoder(column, Separator, Without, labels, [.. labels.Select(label => counts.GetValueOrDefault(label))]);
    }

    internal override TargetEncoder Load(JsonObject json) => SequenceTargetEncoder.Read(json);
}

public static partial class TargetEncodingCatalog
{
    /// <summary>A list of labels.</summary>
    public static readonly Entry<TargetEncoding> Sequence = Add("sequence", "labels in their order, listed in one cell, any number of them; aligned with the steps of the output", new SequenceTargetEncoding(),
        Setting<TargetEncoding>.Text<SequenceTargetEncoding>("separator", "what stands between the labels; a space stands for any white space", x => x.Separator, (x, v) => x with { Separator = v }),
        Setting<TargetEncoding>.Text<SequenceTargetEncoding>("without", "characters that are left out of every label", x => x.Without, (x, v) => x with { Without = v }),
        Setting<TargetEncoding>.Texts<SequenceTargetEncoding>("labels", "the labels in the order wanted; without it those of the training part, sorted", x => x.Labels, (x, v) => x with { Labels = v }));
}
