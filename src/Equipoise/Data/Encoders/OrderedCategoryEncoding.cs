using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A category whose names have an order, as an input: grades, sizes, age classes.</summary>
/// <remarks>Without an order the names must be numbers, and are put in their order.</remarks>
public sealed record OrderedCategoryEncoding : InputEncoding
{
    /// <summary>The names from lowest to highest.</summary>
    public IReadOnlyList<string> Order { get; init; } = [];

    /// <summary>One number or a thermometer.</summary>
    public OrderedForm Form { get; init; }

    /// <inheritdoc/>
    public override InputEncoder Fit(Table train, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(train);
        var column = Single(train, columns);
        string[] order = Resolve(column, Order);
        var index = Cells.Index(order);
        var mistakes = new Mistakes();
        double[] ranks = OrderedCategoryEncoder.Ranks(column, index, order, mistakes);
        mistakes.ThrowIfAny();
        double[] present = [.. ranks.Where(rank => !double.IsNaN(rank))];
        if (present.Length == 0) throw Cells.NoValue(column, "value");
        double mean = present.Sum() / present.Length;
        double deviation = Math.Sqrt(present.Sum(rank => (rank - mean) * (rank - mean)) / present.Length);
        return new OrderedCategoryEncoder(column.Name, Form, order, mean, deviation > 0 ? deviation : 1, present.Length < ranks.Length);
    }

    internal override InputEncoder Load(JsonObject json) => OrderedCategoryEncoder.Read(json);

    /// <summary>The given order, or that of the numbers in the column.</summary>
    internal static string[] Resolve(TableColumn column, IReadOnlyList<string> order)
    {
        if (order.Count == 1) throw new DataException($"Column '{column.Name}': an order has at least two names, from lowest to highest; this one has only '{order[0]}'.");
        if (order.Count > 0) return [.. order];
        string[] values = Cells.Sorted(Cells.Distinct(column).Keys);
        if (values.Length == 0) throw Cells.NoValue(column, "value");
        if (!values.All(value => Cells.TryNumber(value, out _)))
            throw new DataException($"Column '{column.Name}' is an ordered category, but its order is not given and its values are not numbers. Give 'order' from lowest to highest: [{string.Join(", ", values.Take(20))}{(values.Length > 20 ? ", ..." : "")}].");
        return values;
    }
}

public static partial class InputEncodingCatalog
{
    /// <summary>A category with an order.</summary>
    public static readonly Entry<InputEncoding> OrderedCategory = Add("ordered_category", "one of several names that have an order, as its rank or as a thermometer", new OrderedCategoryEncoding(),
        Setting<InputEncoding>.Texts<OrderedCategoryEncoding>("order", "the names from lowest to highest; may be left out if they are numbers", x => x.Order, (x, v) => x with { Order = v }),
        Setting<InputEncoding>.Choice<OrderedCategoryEncoding, OrderedForm>("form", "number: the rank, standardised; thermometer: a feature for each step", x => x.Form, (x, v) => x with { Form = v }));
}
