using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A category to predict: one of several classes. See <see cref="CategoryTargetEncoder"/>.</summary>
public sealed record CategoryTargetEncoding : TargetEncoding
{
    /// <summary>The classes in the order wanted; empty: those of the training part, sorted (by number if all are numbers).</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <inheritdoc/>
    public override TargetEncoder Fit(Table train, string column)
    {
        ArgumentNullException.ThrowIfNull(train);
        var cells = train[column];
        var counts = Cells.Distinct(cells);
        if (counts.Count == 0) throw Cells.NoValue(cells, "label");
        string[] labels = Labels.Count > 0 ? [.. Labels] : Cells.Sorted(counts.Keys);
        if (labels.Length < 2) throw new DataException($"{cells.Source}: column '{column}' holds only '{Cells.Shown(labels[0])}' in the training rows, so there is nothing to tell apart. Leave the output out, or list its 'labels'.");
        return new CategoryTargetEncoder("category", column, labels, [.. labels.Select(label => counts.GetValueOrDefault(label))]);
    }

    internal override TargetEncoder Load(JsonObject json) => CategoryTargetEncoder.Read(json);
}

public static partial class TargetEncodingCatalog
{
    /// <summary>A category.</summary>
    public static readonly Entry<TargetEncoding> Category = Add("category", "one of several classes", new CategoryTargetEncoding(),
        Setting<TargetEncoding>.Texts<CategoryTargetEncoding>("labels", "the classes in the order wanted; without it those of the training part, sorted", x => x.Labels, (x, v) => x with { Labels = v }));
}
