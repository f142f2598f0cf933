using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A set of labels as an input: a feature for each label, 1 if the row has it. A missing cell is an empty set. Shape [labels].</summary>
public sealed class SetEncoder : InputEncoder
{
    private readonly string _separator;
    private readonly string[] _labels;
    private readonly Dictionary<string, int> _index;

    internal SetEncoder(string column, string separator, string[] labels) : base("set", [column])
    {
        _separator = separator;
        _labels = labels;
        _index = Cells.Index(labels);
        Features = [.. labels.Select(label => $"{column} has {label}")];
    }

    /// <inheritdoc/>
    public override InputForm Form => InputForm.Numbers;

    /// <inheritdoc/>
    public override int Width => _labels.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Features { get; }

    /// <inheritdoc/>
    public override InputColumn Encode(Table table, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var column = table[Columns[0]];
        var encoded = new float[checked(table.Rows * Width)];
        for (int row = 0; row < table.Rows; row++)
        {
            if (column.Values[row] is not { } value) continue;
            foreach (string piece in Cells.Pieces(value, _separator))
                if (_index.TryGetValue(piece, out int label)) encoded[(row * Width) + label] = 1;
        }
        return new NumbersColumn(encoded, Width);
    }

    internal static SetEncoder Read(JsonObject json) => new(EncoderJson.Texts(json, "columns")[0], EncoderJson.Text(json, "separator"), EncoderJson.Texts(json, "labels"));

    private protected override void Write(JsonObject json)
    {
        json["separator"] = _separator;
        json["labels"] = EncoderJson.Array(_labels);
    }
}
