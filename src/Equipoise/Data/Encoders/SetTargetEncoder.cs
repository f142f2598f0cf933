using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A set of labels to predict.</summary>
/// <remarks>
/// Labels: 1 for each label that the row has, else 0; shape [labels]. All are NaN where the mask column says that they are not known, and in an empty
/// cell if it means "missing". A label that is not among <see cref="Labels"/> is passed over, with a warning that counts them.
/// </remarks>
public sealed class SetTargetEncoder : TargetEncoder
{
    private readonly string _separator;
    private readonly EmptySet _empty;
    private readonly string _mask;
    private readonly Dictionary<string, int> _index;

    internal SetTargetEncoder(string column, string separator, EmptySet empty, string mask, string[] labels, int[] counts) : base("set", column)
    {
        _separator = separator;
        _empty = empty;
        _mask = mask;
        Labels = labels;
        Counts = counts;
        _index = Cells.Index(labels);
    }

    /// <summary>What stands between the labels in a cell.</summary>
    public string Separator => _separator;

    /// <inheritdoc/>
    public override int TargetWidth => Labels.Count;

    /// <inheritdoc/>
    public override int PredictionWidth => Labels.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Counts { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> NeededColumns => _mask.Length == 0 ? [Column] : [Column, _mask];

    /// <summary>The column that tells where labels are not known; empty: none.</summary>
    public string Mask => _mask;

    /// <inheritdoc/>
    public override TargetColumn Encode(Table table, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var column = table[Column];
        bool[]? known = _mask.Length == 0 ? null : Known(table[_mask]);
        var unseen = new Dictionary<string, int>(StringComparer.Ordinal);
        int width = Labels.Count;
        var labels = new float[checked(table.Rows * width)];
        for (int row = 0; row < table.Rows; row++)
        {
            string? value = column.Values[row];
            var target = labels.AsSpan(row * width, width);
            if ((known is not null && !known[row]) || (value is null && _empty == EmptySet.Missing))
            {
                target.Fill(float.NaN);
                continue;
            }
            if (value is null) continue;
            foreach (string piece in Cells.Pieces(value, _separator))
            {
                if (_index.TryGetValue(piece, out int label)) target[label] = 1;
                else CollectionsMarshal.GetValueRefOrAddDefault(unseen, piece, out _)++;
            }
        }
        string Tell(int rows, Dictionary<string, int> unseen)
            => $"{column.Source}: column '{Column}': {Cells.Count(unseen.Values.Sum())} labels of {Cells.Count(unseen.Count)} kinds are not among the {Cells.Count(width)} that are predicted ({string.Join(", ", unseen.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(5).Select(pair => $"'{Cells.Shown(pair.Key)}'"))}); they are passed over.";
        if (warnings is EncodingWarnings several) several.Add(column, unseen, "labels", Tell);
        else if (warnings is not null && unseen.Count > 0) warnings.Add(Tell(column.Rows, unseen));
        return new TargetColumn(labels, [width]);
    }

    /// <summary>The names of the labels whose predicted probability reaches the threshold.</summary>
    public IReadOnlyList<string> Decode(ReadOnlySpan<float> probabilities, float threshold = 0.5f)
    {
        if (probabilities.Length != Labels.Count) throw new ArgumentException($"There are {Labels.Count} labels but {probabilities.Length} probabilities.", nameof(probabilities));
        var chosen = new List<string>();
        for (int i = 0; i < probabilities.Length; i++)
            if (probabilities[i] >= threshold) chosen.Add(Labels[i]);
        return chosen;
    }

    /// <summary>The column with the cells emptied whose labels are not known.</summary>
    internal static TableColumn Masked(Table table, TableColumn column, string mask)
    {
        bool[] known = Known(table[mask]);
        return new TableColumn(column.Name, [.. column.Values.Select((value, row) => known[row] ? value : null)], column.Source);
    }

    private static bool[] Known(TableColumn mask)
    {
        var mistakes = new Mistakes();
        var known = new bool[mask.Rows];
        for (int row = 0; row < known.Length; row++)
        {
            string? text = mask.Values[row]?.Trim().ToLowerInvariant();
            if (text is "1" or "1.0" or "true" or "yes") known[row] = true;
            else if (text is not (null or "0" or "0.0" or "false" or "no")) mistakes.Add($"{mask.Where(row)}: '{Cells.Shown(text)}' in a mask column. Write 1 where the labels are known and 0 where they are not.");
        }
        mistakes.ThrowIfAny();
        return known;
    }

    internal static SetTargetEncoder Read(JsonObject json)
    {
        var encoder = new SetTargetEncoder(EncoderJson.Text(json, "column"), EncoderJson.Text(json, "separator"), EncoderJson.Choice<EmptySet>(json, "empty"), EncoderJson.Text(json, "mask"), EncoderJson.Texts(json, "labels"), EncoderJson.Integers(json, "counts"));
        return encoder.Counts.Count == encoder.Labels.Count ? encoder : throw EncoderJson.Damaged("counts");
    }

    private protected override void Write(JsonObject json)
    {
        json["separator"] = _separator;
        json["empty"] = _empty.ToString();
        json["mask"] = _mask;
        json["labels"] = EncoderJson.Array(Labels);
        json["counts"] = EncoderJson.Array(Counts);
    }
}
