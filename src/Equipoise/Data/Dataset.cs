namespace Equipoise.Data;

/// <summary>What training eats: rows of inputs and labels, column by column, in memory or in a mapped file.</summary>
/// <remarks>
/// Inputs are named after the model's inputs, targets after its outputs. A data set without targets serves prediction; one without rows is allowed.
/// Row weights [rows] count in every output, on top of the output's own.
/// </remarks>
public sealed class Dataset
{
    /// <summary>Joins columns of equal length. Every mistake is told in one <see cref="DataException"/>.</summary>
    /// <param name="inputs">The inputs by name.</param>
    /// <param name="targets">The labels by name of output.</param>
    /// <param name="rowWeights">Weights of the rows in every output; null for all 1.</param>
    /// <param name="columns">Further numbers of each row, for metrics; null for none.</param>
    public Dataset(IReadOnlyDictionary<string, InputColumn> inputs, IReadOnlyDictionary<string, TargetColumn> targets, float[]? rowWeights = null, IReadOnlyDictionary<string, double[]>? columns = null)
        : this(inputs, targets, rowWeights is null ? null : new ColumnValues<float>(rowWeights), columns?.ToDictionary(c => c.Key, c => new ColumnValues<double>(c.Value), StringComparer.Ordinal)) { }

    internal Dataset(IReadOnlyDictionary<string, InputColumn> inputs, IReadOnlyDictionary<string, TargetColumn> targets, ColumnValues<float>? rowWeights, IReadOnlyDictionary<string, ColumnValues<double>>? columns)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        Inputs = inputs;
        Targets = targets;
        RowWeights = rowWeights;
        Columns = columns ?? new Dictionary<string, ColumnValues<double>>();

        var lengths = new List<(string Name, int Rows)>();
        foreach (var (name, column) in inputs) lengths.Add(($"Input '{name}'", column.Rows));
        foreach (var (name, column) in targets) lengths.Add(($"Target '{name}'", column.Rows));
        foreach (var (name, numbers) in Columns) lengths.Add(($"Column '{name}'", checked((int)numbers.Length)));
        if (lengths.Count == 0) throw new DataException("A data set needs at least one input or target.");
        var (first, rows) = lengths[0];
        Rows = rows;

        var mistakes = new List<string>();
        foreach (var (name, count) in lengths)
            if (count != rows) mistakes.Add($"{name} has {count} rows but {Lower(first)} has {rows}. Give every column the same rows.");
        if (rowWeights is not null)
        {
            if (rowWeights.Length != rows) mistakes.Add($"There are {rowWeights.Length} row weights but {Lower(first)} has {rows} rows.");
            long wrong = rowWeights.IsMapped ? -1 : rowWeights.Find(static weight => !(weight >= 0 && float.IsFinite(weight)));
            if (wrong >= 0) mistakes.Add($"Row weight {rowWeights[wrong]} of row {wrong} is not a finite number of at least 0.");
        }
        if (mistakes.Count > 0) throw new DataException(mistakes);
    }

    /// <summary>How many rows there are.</summary>
    public int Rows { get; }

    /// <summary>The inputs by name.</summary>
    public IReadOnlyDictionary<string, InputColumn> Inputs { get; }

    /// <summary>The labels by name of output.</summary>
    public IReadOnlyDictionary<string, TargetColumn> Targets { get; }

    /// <summary>Further numbers of each row by name, such as amounts, which metrics may look at: an <c>expression</c> does. NaN: missing.</summary>
    public IReadOnlyDictionary<string, ColumnValues<double>> Columns { get; }

    /// <summary>Weights of the rows in every output, or null for all 1.</summary>
    public ColumnValues<float>? RowWeights { get; }

    /// <summary>A copy that holds the given rows, in the given order; a row may come twice.</summary>
    public Dataset Select(ReadOnlySpan<int> rows)
    {
        var inputs = new Dictionary<string, InputColumn>(Inputs.Count, StringComparer.Ordinal);
        foreach (var (name, column) in Inputs) inputs.Add(name, column.Select(rows));
        var targets = new Dictionary<string, TargetColumn>(Targets.Count, StringComparer.Ordinal);
        foreach (var (name, column) in Targets) targets.Add(name, column.Select(rows));
        var columns = new Dictionary<string, double[]>(Columns.Count, StringComparer.Ordinal);
        foreach (var (name, numbers) in Columns)
        {
            var selected = new double[rows.Length];
            for (int i = 0; i < selected.Length; i++) selected[i] = numbers[rows[i]];
            columns.Add(name, selected);
        }
        return new Dataset(inputs, targets, RowWeights is null ? null : InputColumn.SelectRows(RowWeights, 1, Rows, rows), columns);
    }

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
