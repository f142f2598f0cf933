using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A category to predict, with or without an order.</summary>
/// <remarks>Label: the class's index, shape [1]; a missing cell is NaN, and so is a class that is not among <see cref="Labels"/>, with a warning that counts them.</remarks>
public sealed class CategoryTargetEncoder : TargetEncoder
{
    private readonly Dictionary<string, int> _index;

    internal CategoryTargetEncoder(string kind, string column, string[] labels, int[] counts) : base(kind, column)
    {
        Labels = labels;
        Counts = counts;
        _index = Cells.Index(labels);
    }

    /// <summary>Whether the classes have an order, lowest first.</summary>
    public bool IsOrdered => Kind == "ordered_category";

    /// <inheritdoc/>
    public override int PredictionWidth => Labels.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Counts { get; }

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
            if (value is not null && _index.TryGetValue(value, out int index))
            {
                labels[row] = index;
                continue;
            }
            labels[row] = float.NaN;
            if (value is not null) CollectionsMarshal.GetValueRefOrAddDefault(unseen, value, out _)++;
        }
        Cells.WarnUnseen(warnings, column, unseen, "their labels count as missing");
        return new TargetColumn(labels);
    }

    /// <summary>The name of a class.</summary>
    public string Decode(int index) => Labels[index];

    internal static CategoryTargetEncoder Read(JsonObject json)
    {
        var encoder = new CategoryTargetEncoder(EncoderJson.Text(json, "kind"), EncoderJson.Text(json, "column"), EncoderJson.Texts(json, "labels"), EncoderJson.Integers(json, "counts"));
        return encoder.Counts.Count == encoder.Labels.Count ? encoder : throw EncoderJson.Damaged("counts");
    }

    private protected override void Write(JsonObject json)
    {
        json["labels"] = EncoderJson.Array(Labels);
        json["counts"] = EncoderJson.Array(Counts);
    }
}
