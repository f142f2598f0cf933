using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A yes or no as an input.</summary>
/// <remarks>1 or 0, shape [1]; a missing value, or one that training had not, is the share of ones in training. If training had missing values, one more feature says so.</remarks>
public sealed class BinaryEncoder : InputEncoder
{
    private readonly BinaryValues _values;
    private readonly double _mean;
    private readonly bool _indicator;

    internal BinaryEncoder(string column, BinaryValues values, double mean, bool indicator) : base("binary", [column])
    {
        _values = values;
        _mean = mean;
        _indicator = indicator;
        string feature = $"{column} = {values.One}";
        Features = indicator ? [feature, $"{column} is missing"] : [feature];
    }

    /// <summary>The value that is 1.</summary>
    public string One => _values.One;

    /// <summary>In words, which value is 1 and why.</summary>
    public string Told => _values.Told;

    /// <inheritdoc/>
    public override InputForm Form => InputForm.Numbers;

    /// <inheritdoc/>
    public override int Width => Features.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Features { get; }

    /// <inheritdoc/>
    public override InputColumn Encode(Table table, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var column = table[Columns[0]];
        var unseen = new Dictionary<string, int>(StringComparer.Ordinal);
        int width = Width;
        var encoded = new float[checked(table.Rows * width)];
        for (int row = 0; row < table.Rows; row++)
        {
            string? text = column.Values[row];
            float value = text is null ? float.NaN : _values.Read(text);
            if (float.IsNaN(value))
            {
                value = (float)_mean;
                if (text is not null) System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(unseen, text, out _)++;
                else if (_indicator) encoded[(row * width) + 1] = 1;
            }
            encoded[row * width] = value;
        }
        Cells.WarnUnseen(warnings, column, unseen, "they count as the mean");
        return new NumbersColumn(encoded, width);
    }

    internal static BinaryEncoder Read(JsonObject json)
        => new(EncoderJson.Texts(json, "columns")[0], BinaryValues.Load(json), EncoderJson.Number(json, "mean"), EncoderJson.Flag(json, "indicator"));

    private protected override void Write(JsonObject json)
    {
        _values.Write(json);
        json["mean"] = _mean;
        json["indicator"] = _indicator;
    }
}
