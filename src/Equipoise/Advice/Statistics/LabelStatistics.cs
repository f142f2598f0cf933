using Equipoise.Data;

namespace Equipoise.Advice;

/// <summary>What the training labels of one output look like: the figures that advice is decided by.</summary>
/// <remarks>Only rows of the training part are ever counted. A row without a label counts in <c>rows</c> and <c>missing_share</c> alone.</remarks>
public sealed class LabelStatistics
{
    private readonly Dictionary<string, Statistic> _byName = new(StringComparer.Ordinal);
    private readonly List<Statistic> _all = [];

    /// <summary>Every figure, in the order of its meaning.</summary>
    public IReadOnlyList<Statistic> All => _all;

    /// <summary>The classes or labels from the most to the least frequent, with the training rows of each; empty for a number.</summary>
    public IReadOnlyList<(string Label, int Rows)> Labels { get; private init; } = [];

    /// <summary>The classes from lowest to highest if their names are those of a known scale; empty otherwise.</summary>
    public IReadOnlyList<string> Order { get; private init; } = [];

    /// <summary>The figure of that name; NaN if there is none.</summary>
    public double this[string name] => _byName.TryGetValue(name, out var found) ? found.Value : double.NaN;

    /// <summary>Takes the figures of an output.</summary>
    /// <param name="type">Type of the output: <c>number</c>, <c>category</c>, <c>ordered_category</c>, <c>binary</c>, <c>set</c> or <c>sequence</c>.</param>
    /// <param name="encoder">What encodes its labels, fitted on the training part.</param>
    /// <param name="train">The training part.</param>
    public static LabelStatistics Of(string type, TargetEncoder encoder, Table train)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(train);
        var labels = encoder.Encode(train);
        int labelled = labels.LabelledRows();
        List<Statistic> rows =
        [
            new("rows", train.Rows, "training rows"),
            new("missing_share", train.Rows == 0 ? 0 : 1 - ((double)labelled / train.Rows), "share of training rows without a label"),
        ];
        var figures = type switch
        {
            "number" => NumberStatistics.Of([.. Values(train[encoder.Column])]),
            "set" => SetStatistics.Of(labels),
            "category" or "ordered_category" or "binary" => ClassStatistics.Of(encoder.Counts),
            _ => [],
        };
        var byRows = encoder.Labels.Zip(encoder.Counts).OrderByDescending(l => l.Second).ThenBy(l => l.First, StringComparer.Ordinal);
        var made = new LabelStatistics
        {
            Labels = [.. byRows.Select(l => (l.First, l.Second))],
            Order = type is "category" ? ClassOrder.Find(encoder.Labels) : type is "ordered_category" ? encoder.Labels : [],
        };
        foreach (var figure in rows.Concat(figures))
        {
            made._all.Add(figure);
            made._byName.Add(figure.Name, figure);
        }
        return made;
    }

    private static IEnumerable<double> Values(TableColumn column)
    {
        foreach (string? cell in column.Values)
        {
            if (cell is not null && Cells.TryNumber(cell, out double value)) yield return value;
        }
    }
}
