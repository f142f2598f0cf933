using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>Which value of a two-valued column is 1 and which is 0.</summary>
internal sealed class BinaryValues
{
    // The usual spellings, 1 first; compared without case.
    private static readonly (string One, string Zero)[] Usual = [("1", "0"), ("1.0", "0.0"), ("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("on", "off")];

    private readonly bool _ignoreCase;

    private BinaryValues(string one, string? zero, bool ignoreCase, string told)
    {
        One = one;
        Zero = zero;
        _ignoreCase = ignoreCase;
        Told = told;
    }

    /// <summary>The value that is 1.</summary>
    public string One { get; }

    /// <summary>The value that is 0; null if every other value is.</summary>
    public string? Zero { get; }

    /// <summary>In words, which value is 1 and why.</summary>
    public string Told { get; }

    /// <summary>Finds out from the training part, or from the value that the settings name.</summary>
    public static BinaryValues Find(TableColumn column, string one)
    {
        var counts = Cells.Distinct(column);
        if (counts.Count == 0) throw Cells.NoValue(column, "value");
        string[] values = Cells.Sorted(counts.Keys);
        if (one.Length > 0)
        {
            if (!counts.ContainsKey(one)) throw new DataException($"{column.Source}: column '{column.Name}' never holds '{one}', the value that should be 1, in the {Cells.Count(column.Rows)} training rows. {Catalogs.Suggestion.Advice(one, [.. values.Take(20)])}");
            return values.Length == 2
                ? new BinaryValues(one, values[0] == one ? values[1] : values[0], false, $"'{one}' is 1 as declared, '{(values[0] == one ? values[1] : values[0])}' is 0")
                : new BinaryValues(one, null, false, $"'{one}' is 1 as declared, every other value is 0");
        }
        foreach (var (usualOne, usualZero) in Usual)
            if (values.All(value => Same(value, usualOne) || Same(value, usualZero))) return new BinaryValues(usualOne, usualZero, true, $"'{usualOne}' is 1, '{usualZero}' is 0");
        if (values.Length != 2)
            throw new DataException($"{column.Source}: column '{column.Name}' has {(values.Length == 1 ? "only one value" : $"{Cells.Count(values.Length)} distinct values")} ({string.Join(", ", values.Take(5).Select(value => $"'{Cells.Shown(value)}'"))}{(values.Length > 5 ? ", ..." : "")}), but binary needs two. Declare it a category, or name the value that is 1 as 'one'.");
        return new BinaryValues(values[1], values[0], false, $"'{values[1]}' is 1, '{values[0]}' is 0, by their order; set 'one' to turn them round");
    }

    /// <summary>1 or 0, or NaN for a value that training had not.</summary>
    public float Read(string value)
    {
        if (_ignoreCase)
        {
            value = value.Trim();
            return Same(value, One) ? 1 : Same(value, Zero!) ? 0 : float.NaN;
        }
        return value == One ? 1 : Zero is null || value == Zero ? 0 : float.NaN;
    }

    public void Write(JsonObject json)
    {
        json["one"] = One;
        if (Zero is not null) json["zero"] = Zero;
        json["ignore_case"] = _ignoreCase;
        json["told"] = Told;
    }

    public static BinaryValues Load(JsonObject json)
        => new(EncoderJson.Text(json, "one"), EncoderJson.OptionalText(json, "zero"), EncoderJson.Flag(json, "ignore_case"), EncoderJson.Text(json, "told"));

    private static bool Same(string a, string b) => a.AsSpan().Trim().Equals(b, StringComparison.OrdinalIgnoreCase);
}
