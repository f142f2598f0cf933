using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A set of labels as an input: a cell that lists several names.</summary>
/// <param name="Separator">What stands between the names; a space stands for any white space.</param>
/// <param name="Minimum">A label with fewer training rows is left out.</param>
/// <param name="Maximum">At most so many labels, the most frequent. 0: no limit.</param>
public sealed record SetEncoding(string Separator = " ", int Minimum = 1, int Maximum = 0) : InputEncoding
{
    /// <inheritdoc/>
    public override InputEncoder Fit(Table train, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(train);
        var column = Single(train, columns);
        var counts = Count(column, Separator);
        if (counts.Count == 0) throw Cells.NoValue(column, "label");
        string[] labels = Cells.Frequent(counts, Minimum, Maximum);
        if (labels.Length == 0) throw TooRare(column, Minimum, counts.Values.Max());
        return new SetEncoder(column.Name, Separator, labels);
    }

    internal override InputEncoder Load(JsonObject json) => SetEncoder.Read(json);

    internal static DataException TooRare(TableColumn column, int minimum, int most)
        => new($"{column.Source}: column '{column.Name}' has no label in at least {minimum} training rows; the most frequent one is in {most}. Lower 'minimum'.");

    /// <summary>In how many rows each label comes.</summary>
    internal static Dictionary<string, int> Count(TableColumn column, string separator)
    {
        if (separator.Length == 0) throw new DataException($"Column '{column.Name}': the separator of a set may not be empty.");
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string? value in column.Values)
        {
            if (value is null) continue;
            string[] pieces = Cells.Pieces(value, separator);
            for (int i = 0; i < pieces.Length; i++)
                if (Array.IndexOf(pieces, pieces[i], 0, i) < 0) System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, pieces[i], out _)++;
        }
        return counts;
    }
}

public static partial class InputEncodingCatalog
{
    /// <summary>A set of labels.</summary>
    public static readonly Entry<InputEncoding> Set = Add("set", "several names in one cell, as a feature each", new SetEncoding(),
        Setting<InputEncoding>.Text<SetEncoding>("separator", "what stands between the names; a space stands for any white space", x => x.Separator, (x, v) => x with { Separator = v }),
        Setting<InputEncoding>.Integer<SetEncoding>("minimum", "training rows that a label needs; those with fewer are left out", x => x.Minimum, (x, v) => x with { Minimum = v }, minimum: 1),
        Setting<InputEncoding>.Integer<SetEncoding>("maximum", "largest number of labels, the most frequent; 0: no limit", x => x.Maximum, (x, v) => x with { Maximum = v }, minimum: 0));
}
