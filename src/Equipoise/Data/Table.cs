namespace Equipoise.Data;

/// <summary>A data file as it stands: named columns of text cells, nothing converted yet.</summary>
public sealed class Table
{
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string?>[] _cells;
    private readonly int[]? _lines;

    /// <summary>A table from columns of equal length. <paramref name="lines"/> [rows] are the lines of the file, if there is one.</summary>
    public Table(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<string?>> columns, string source = "data", int[]? lines = null, Fingerprint? fingerprint = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(columns);
        if (names.Count != columns.Count) throw new ArgumentException($"There are {names.Count} names but {columns.Count} columns.", nameof(columns));
        for (int i = 0; i < names.Count; i++)
        {
            if (!_byName.TryAdd(names[i], i)) throw new ArgumentException($"The name '{names[i]}' comes twice.", nameof(names));
            if (columns[i].Count != columns[0].Count) throw new ArgumentException($"Column '{names[i]}' has {columns[i].Count} rows, '{names[0]}' has {columns[0].Count}.", nameof(columns));
        }
        Names = [.. names];
        _cells = [.. columns.Select(c => c is CellList or string?[] ? c : [.. c])];
        _lines = lines;
        Source = source;
        Rows = lines?.Length ?? (columns.Count == 0 ? 0 : columns[0].Count);
        if (columns.Count > 0 && Rows != columns[0].Count) throw new ArgumentException($"There are {columns[0].Count} rows but {Rows} line numbers.", nameof(lines));
        Fingerprint = fingerprint;
    }

    /// <summary>The names in the header, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How many rows there are, without the header.</summary>
    public int Rows { get; }

    /// <summary>The file, for messages.</summary>
    public string Source { get; }

    /// <summary>The fingerprint of the file; null for a table that was not read from one, or for a part of a table.</summary>
    public Fingerprint? Fingerprint { get; }

    /// <summary>Whether there is a column of that name; case counts.</summary>
    public bool Has(string name) => _byName.ContainsKey(name);

    /// <summary>The column of that name.</summary>
    /// <exception cref="DataException">There is none; the message names those that there are, and the nearest.</exception>
    public TableColumn this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            if (_byName.TryGetValue(name, out int index)) return new TableColumn(name, CellList.Fresh(_cells[index]), Source, _lines);
            throw new DataException($"{Source}: there is no column '{name}'. {Catalogs.Suggestion.Advice(name, Names)}");
        }
    }

    /// <summary>The line of the file that a row begins on; the row's number, from 1, where there is no file.</summary>
    public int Line(int row) => _lines is null ? row + 1 : _lines[row];

    /// <summary>Whether the cells are not in memory, but brought in as they are looked at.</summary>
    internal bool IsLarge => _cells.Any(c => c is CellList);

    /// <summary>Some rows that follow each other, and some columns of them, brought into memory.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="columns">The columns; who asks for one piece after the other keeps them, and none is read twice.</param>
    internal Table Load(int first, int count, IReadOnlyList<TableColumn> columns)
    {
        var loaded = new string?[columns.Count][];
        for (int c = 0; c < loaded.Length; c++)
        {
            loaded[c] = new string?[count];
            for (int i = 0; i < count; i++) loaded[c][i] = columns[c].Values[first + i];
        }
        var lines = new int[count];
        for (int i = 0; i < count; i++) lines[i] = Line(first + i);
        return new Table([.. columns.Select(c => c.Name)], loaded, Source, lines);
    }

    /// <summary>The given rows, in the given order. Cells are shared, not copied.</summary>
    public Table Select(ReadOnlySpan<int> rows)
    {
        var columns = new IReadOnlyList<string?>[_cells.Length];
        int[] chosen = IsLarge ? rows.ToArray() : [];
        for (int c = 0; c < columns.Length; c++) columns[c] = _cells[c] is CellList large ? new SelectedCells(large.Fresh(), chosen) : InputColumn.SelectRows((string?[])_cells[c], 1, Rows, rows);
        // Rows without lines keep their own number, so that a message about a part still names the row of the whole.
        var lines = new int[rows.Length];
        for (int i = 0; i < lines.Length; i++) lines[i] = Line(rows[i]);
        return new Table(Names, columns, Source, lines);
    }
}
