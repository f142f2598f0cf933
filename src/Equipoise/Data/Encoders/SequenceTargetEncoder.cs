using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A list of labels to predict, in their order.</summary>
/// <remarks>
/// Class 0 is the blank of an alignment, class 1 the first of <see cref="Labels"/>, and so on; a row's target is its classes, then −1 up to the longest of the table: shape [longest].
/// An empty cell is a missing label: all NaN. So is a row with a label that is not among <see cref="Labels"/>, with a warning that counts them.
/// </remarks>
public sealed class SequenceTargetEncoder : TargetEncoder
{
    internal const float Padding = -1;

    private readonly string _separator;
    private readonly string _without;
    private readonly Dictionary<string, int> _index;

    internal SequenceTargetEncoder(string column, string separator, string without, string[] labels, int[] counts) : base("sequence", column)
    {
        _separator = separator;
        _without = without;
        Labels = labels;
        Counts = counts;
        _index = Cells.Index(labels);
    }

    /// <summary>What stands between the labels in a cell.</summary>
    public string Separator => _separator;

    /// <summary>The classes of a step: the blank and the labels.</summary>
    public override int PredictionWidth => Labels.Count + 1;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Counts { get; }

    /// <inheritdoc/>
    public override TargetColumn Encode(Table table, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var column = Cut(table[Column], _without);
        var unseen = new Dictionary<string, int>(StringComparer.Ordinal);
        string[]?[] lists = [.. column.Values.Select(value => value is null ? null : Cells.Pieces(value, _separator))];
        int longest = lists.Length == 0 ? 1 : Math.Max(1, lists.Max(list => list?.Length ?? 0));
        var targets = new float[checked(table.Rows * longest)];
        for (int row = 0; row < lists.Length; row++)
        {
            var target = targets.AsSpan(row * longest, longest);
            target.Fill(Padding);
            if (lists[row] is not { Length: > 0 } list)
            {
                target.Fill(float.NaN);
                continue;
            }
            for (int i = 0; i < list.Length; i++)
            {
                if (_index.TryGetValue(list[i], out int label)) target[i] = label + 1;
                else CollectionsMarshal.GetValueRefOrAddDefault(unseen, list[i], out _)++;
            }
            if (list.Any(piece => !_index.ContainsKey(piece))) target.Fill(float.NaN);
        }
        Cells.WarnUnseen(warnings, column, unseen, "their labels count as missing");
        return new TargetColumn(targets, [longest]);
    }

    /// <summary>How many labels the longest row of a table has, but at least 1.</summary>
    internal int Longest(Table table)
    {
        int longest = 1;
        foreach (string? value in table[Column].Values)
            if (value is not null) longest = Math.Max(longest, Cells.Pieces(Cut(value, _without), _separator).Length);
        return longest;
    }

    /// <summary>The labels of the most probable class of each step, with repeats merged and blanks dropped (best path).</summary>
    /// <param name="steps">Shape [steps, classes]: probabilities or anything that grows with them.</param>
    public IReadOnlyList<string> Decode(ReadOnlySpan<float> steps)
    {
        int classes = PredictionWidth;
        if (steps.Length % classes != 0) throw new ArgumentException($"There are {classes} classes, so {steps.Length} numbers are no whole steps.", nameof(steps));
        var path = new int[steps.Length / classes];
        return [.. path.Take(BestPath.Find(steps, classes, path)).Select(label => Labels[label - 1])];
    }

    /// <summary>The column with characters left out of its cells.</summary>
    internal static TableColumn Cut(TableColumn column, string without)
        => without.Length == 0 ? column : new TableColumn(column.Name, [.. column.Values.Select(value => value is null ? null : Cut(value, without))], column.Source);

    private static string Cut(string cell, string without) => without.Length == 0 ? cell : string.Concat(cell.Where(c => !without.Contains(c, StringComparison.Ordinal)));

    internal static SequenceTargetEncoder Read(JsonObject json)
    {
        var encoder = new SequenceTargetEncoder(EncoderJson.Text(json, "column"), EncoderJson.Text(json, "separator"), EncoderJson.Text(json, "without"), EncoderJson.Texts(json, "labels"), EncoderJson.Integers(json, "counts"));
        return encoder.Counts.Count == encoder.Labels.Count ? encoder : throw EncoderJson.Damaged("counts");
    }

    private protected override void Write(JsonObject json)
    {
        json["separator"] = _separator;
        json["without"] = _without;
        json["labels"] = EncoderJson.Array(Labels);
        json["counts"] = EncoderJson.Array(Counts);
    }
}
