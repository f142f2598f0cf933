using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A category as an input: a name out of a list that the training part gives.</summary>
/// <param name="Form">Features or an index.</param>
/// <param name="Minimum">A category with fewer training rows joins "other".</param>
/// <param name="Maximum">At most so many categories, the most frequent; the rest joins "other". 0: no limit.</param>
public sealed record CategoryEncoding(CategoryForm Form = CategoryForm.OneHot, int Minimum = 1, int Maximum = 0) : InputEncoding
{
    /// <inheritdoc/>
    public override InputEncoder Fit(Table train, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(train);
        var column = Single(train, columns);
        var counts = Cells.Distinct(column);
        if (counts.Count == 0) throw Cells.NoValue(column, "value");
        string[] labels = Cells.Frequent(counts, Minimum, Maximum);
        return new CategoryEncoder(column.Name, Form, labels, hasMissing: column.Missing > 0, hasOther: labels.Length < counts.Count);
    }

    internal override InputEncoder Load(JsonObject json) => CategoryEncoder.Read(json);
}

public static partial class InputEncodingCatalog
{
    /// <summary>A category.</summary>
    public static readonly Entry<InputEncoding> Category = Add("category", "one of several names, as one-hot features or as an index for an embedding; rare ones join \"other\", missing is a category of its own", new CategoryEncoding(),
        Setting<InputEncoding>.Choice<CategoryEncoding, CategoryForm>("form", "one_hot: a feature a category; index: one index, for an embedding", x => x.Form, (x, v) => x with { Form = v }),
        Setting<InputEncoding>.Integer<CategoryEncoding>("minimum", "training rows that a category needs; those with fewer join \"other\"", x => x.Minimum, (x, v) => x with { Minimum = v }, minimum: 1),
        Setting<InputEncoding>.Integer<CategoryEncoding>("maximum", "largest number of categories, the most frequent; the rest joins \"other\"; 0: no limit", x => x.Maximum, (x, v) => x with { Maximum = v }, minimum: 0));
}
