using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A set of labels to predict: each label on its own is there or not. See <see cref="SetTargetEncoder"/>.</summary>
public sealed record SetTargetEncoding : TargetEncoding
{
    /// <summary>What stands between the names in a cell; a space stands for any white space.</summary>
    public string Separator { get; init; } = " ";

    /// <summary>What an empty cell means.</summary>
    public EmptySet Empty { get; init; }

    /// <summary>A column that is 0 (or false, or no) where the labels of the row are not known; empty: there is none.</summary>
    public string Mask { get; init; } = "";

    /// <summary>A label with fewer training rows is left out.</summary>
    public int Minimum { get; init; } = 1;

    /// <summary>The labels in the order wanted; empty: those of the training part, sorted.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <inheritdoc/>
    public override TargetEncoder Fit(Table train, string column)
    {
        ArgumentNullException.ThrowIfNull(train);
        var cells = train[column];
        var counts = SetEncoding.Count(cells, Separator);
        if (Mask.Length > 0) counts = SetEncoding.Count(SetTargetEncoder.Masked(train, cells, Mask), Separator);
        if (counts.Count == 0) throw Cells.NoValue(cells, "label");
        string[] labels = Labels.Count > 0 ? [.. Labels] : Cells.Frequent(counts, Minimum, 0);
        if (labels.Length == 0) throw SetEncoding.TooRare(cells, Minimum, counts.Values.Max());
        return new SetTargetEncoder(column, Separator, Empty, Mask, labels, [.. labels.Select(label => counts.GetValueOrDefault(label))]);
    }

    internal override TargetEncoder Load(JsonObject json) => SetTargetEncoder.Read(json);
}

public static partial class TargetEncodingCatalog
{
    /// <summary>A set of labels.</summary>
    public static readonly Entry<TargetEncoding> Set = Add("set", "several labels at once (multi-label), listed in one cell", new SetTargetEncoding(),
        Setting<TargetEncoding>.Text<SetTargetEncoding>("separator", "what stands between the labels; a space stands for any white space", x => x.Separator, (x, v) => x with { Separator = v }),
        Setting<TargetEncoding>.Choice<SetTargetEncoding, EmptySet>("empty", "what an empty cell means: none (no label) or missing (not known)", x => x.Empty, (x, v) => x with { Empty = v }),
        Setting<TargetEncoding>.Text<SetTargetEncoding>("mask", "a column that is 0, false or no where the labels are not known", x => x.Mask, (x, v) => x with { Mask = v }),
        Setting<TargetEncoding>.Integer<SetTargetEncoding>("minimum", "training rows that a label needs; those with fewer are left out", x => x.Minimum, (x, v) => x with { Minimum = v }, minimum: 1),
        Setting<TargetEncoding>.Texts<SetTargetEncoding>("labels", "the labels in the order wanted; without it those of the training part, sorted", x => x.Labels, (x, v) => x with { Labels = v }));
}
