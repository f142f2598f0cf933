namespace Equipoise.Data;

/// <summary>One column of a table: its cells as text, null where there is no value, and the line of the file that each came from.</summary>
public sealed class TableColumn
{
    private readonly int[]? _lines;

    /// <summary>A column. <paramref name="source"/> is the file's name for messages; <paramref name="lines"/> may be null if there is no file.</summary>
    public TableColumn(string name, IReadOnlyList<string?> values, string source = "data", int[]? lines = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(values);
        if (lines is not null && lines.Length != values.Count) throw new ArgumentException($"There are {values.Count} values but {lines.Length} line numbers.", nameof(lines));
        Name = name;
        Values = values;
        Source = source;
        _lines = lines;
    }

    /// <summary>The name in the header.</summary>
    public string Name { get; }

    /// <summary>The cells; null where there is no value. Of a table that is larger than memory they are brought in as they are looked at, best from first to last.</summary>
    public IReadOnlyList<string?> Values { get; }

    /// <summary>The file, for messages.</summary>
    public string Source { get; }

    /// <summary>How many rows there are.</summary>
    public int Rows => Values.Count;

    /// <summary>How many cells have no value.</summary>
    public int Missing => Values.Count(static value => value is null);

    /// <summary>The place of a cell in words: <c>words.csv.gz: line 812, column 'price'</c>; a row number where there is no file.</summary>
    public string Where(int row) => _lines is null ? $"{Source}: row {row + 1}, column '{Name}'" : $"{Source}: line {_lines[row]}, column '{Name}'";
}
