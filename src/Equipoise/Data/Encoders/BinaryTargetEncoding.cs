using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A yes or no to predict: 0/1, true/false, yes/no, or any two values. See <see cref="BinaryTargetEncoder"/>.</summary>
/// <param name="One">The value that is 1; empty: found out from the training part. With more than two values in the column, all others are 0.</param>
public sealed record BinaryTargetEncoding(string One = "") : TargetEncoding
{
    /// <inheritdoc/>
    public override TargetEncoder Fit(Table train, string column)
    {
        ArgumentNullException.ThrowIfNull(train);
        var cells = train[column];
        var values = BinaryValues.Find(cells, One);
        int ones = 0;
        int zeros = 0;
        foreach (string? value in cells.Values)
        {
            if (value is null) continue;
            if (values.Read(value) == 1) ones++;
            else zeros++;
        }
        return new BinaryTargetEncoder(column, values, [zeros, ones]);
    }

    internal override TargetEncoder Load(JsonObject json) => BinaryTargetEncoder.Read(json);
}

public static partial class TargetEncodingCatalog
{
    /// <summary>A yes or no.</summary>
    public static readonly Entry<TargetEncoding> Binary = Add("binary", "one of two values, as 1 or 0", new BinaryTargetEncoding(),
        Setting<TargetEncoding>.Text<BinaryTargetEncoding>("one", "the value that is 1; without it, 1, true, yes, y, t or on, else the later of the two values", x => x.One, (x, v) => x with { One = v }));
}
