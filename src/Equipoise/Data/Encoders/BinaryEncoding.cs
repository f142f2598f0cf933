using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A yes or no as an input: 0/1, true/false, yes/no, or any two values.</summary>
/// <param name="One">The value that is 1; empty: found out from the training part. With more than two values in the column, all others are 0.</param>
public sealed record BinaryEncoding(string One = "") : InputEncoding
{
    /// <inheritdoc/>
    public override InputEncoder Fit(Table train, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(train);
        var column = Single(train, columns);
        var values = BinaryValues.Find(column, One);
        double ones = 0;
        int present = 0;
        foreach (string? value in column.Values)
        {
            if (value is null) continue;
            ones += values.Read(value);
            present++;
        }
        return new BinaryEncoder(column.Name, values, ones / present, present < column.Rows);
    }

    internal override InputEncoder Load(JsonObject json) => BinaryEncoder.Read(json);
}

public static partial class InputEncodingCatalog
{
    /// <summary>A yes or no.</summary>
    public static readonly Entry<InputEncoding> Binary = Add("binary", "one of two values, as 1 or 0; a missing one is the mean, with a feature that says so", new BinaryEncoding(),
        Setting<InputEncoding>.Text<BinaryEncoding>("one", "the value that is 1; without it, 1, true, yes, y, t or on, else the later of the two values", x => x.One, (x, v) => x with { One = v }));
}
