using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A category with an order to predict: a grade, a size, an age class. The label is the rank, from 0. See <see cref="CategoryTargetEncoder"/>.</summary>
public sealed record OrderedCategoryTargetEncoding : TargetEncoding
{
    /// <summary>The classes from lowest to highest; may be left out if they are numbers.</summary>
    public IReadOnlyList<string> Order { get; init; } = [];

    /// <inheritdoc/>
    public override TargetEncoder Fit(Table train, string column)
    {
        ArgumentNullException.ThrowIfNull(train);
        var cells = train[column];
        string[] order = OrderedCategoryEncoding.Resolve(cells, Order);
        var counts = Cells.Distinct(cells);
        if (counts.Count == 0) throw Cells.NoValue(cells, "label");
        if (order.Length < 2) throw new DataException($"{cells.Source}: column '{column}' holds only '{Cells.Shown(order[0])}' in the training rows, so there is nothing to tell apart. Leave the output out, or give its 'order'.");
        var mistakes = new Mistakes();
        OrderedCategoryEncoder.Ranks(cells, Cells.Index(order), order, mistakes);
        mistakes.ThrowIfAny();
        return new CategoryTargetEncoder("ordered_category", column, order, [.. order.Select(label => counts.GetValueOrDefault(label))]);
    }

    internal override TargetEncoder Load(JsonObject json) => CategoryTargetEncoder.Read(json);
}

public static partial class TargetEncodingCatalog
{
    /// <summary>A category with an order.</summary>
    public static readonly Entry<TargetEncoding> OrderedCategory = Add("ordered_category", "one of several classes that have an order, lowest first", new OrderedCategoryTargetEncoding(),
        Setting<TargetEncoding>.Texts<OrderedCategoryTargetEncoding>("order", "the classes from lowest to highest; may be left out if they are numbers", x => x.Order, (x, v) => x with { Order = v }));
}
