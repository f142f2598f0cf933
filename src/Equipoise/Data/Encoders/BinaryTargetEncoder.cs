using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A yes or no to predict.</summary>
/// <remarks>Label: 1 or 0, shape [1]; a missing cell is NaN, and so is a value that training had not, with a warning that counts them.</remarks>
public sealed class BinaryTargetEncoder : TargetEncoder
{
    private readonly BinaryValues _values;

    internal BinaryTargetEncoder(string column, BinaryValues values, int[] counts) : base("binary", column)
    {
        _values = values;
        Labels = [values.Zero ?? $"not {values.One}", values.One];
        Counts = counts;
    }

    /// <summary>The names of 0 and 1, in this order.</summary>
    public override IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Counts { get; }

    /// <summary>The value that is 1.</summary>
    public string One => _values.One;

    /// <summary>In words, which value is 1 and why.</summary>
    public string Told => _values.Told;

    /// <inheritdoc/>
    public override TargetColumn Encode(Table table, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var column = table[Column];
        var unseen = new Dictionary<string, int>(StringComparer.Ordinal);
        var labels = new float[table.Rows];
        for (int row = 0; row < labels.Length; row++)
        {
            string? value = column.Values[row];
            labels[row] = value is null ? float.NaN : _values.Read(value);
            if (value is not null && float.IsNaN(labels[row])) CollectionsMarshal.GetValueRefOrAddDefault(unseen, value, out _)++;
        }
        Cells.WarnUnseen(warnings, column, unseen, "their labels count as missing");
        return new TargetColumn(labels);
    }

    internal static BinaryTargetEncoder Read(JsonObject json)
    {
        int[] counts = EncoderJson.Integers(json, "counts");
        return counts.Length == 2 ? new BinaryTargetEncoder(EncoderJson.Text(json, "column"), BinaryValues.Load(json), counts) : throw EncoderJson.Damaged("counts");
    }

    private protected override void Write(JsonObject json)
    {
        _values.Write(json);
        json["counts"] = EncoderJson.Array(Counts);
    }
}
