namespace Equipoise.Data;

/// <summary>Takes the cells of a table into memory.</summary>
internal sealed class CellLists : ITableSink
{
    private List<string?>[] _columns = [];

    public void Begin(int columns) => _columns = [.. Enumerable.Range(0, columns).Select(_ => new List<string?>())];

    public void Add(int column, string? value) => _columns[column].Add(value);

    public void EndRow()
    {
    }

    public IReadOnlyList<string?>[] End()
    {
        var cells = new IReadOnlyList<string?>[_columns.Length];
        for (int c = 0; c < cells.Length; c++)
        {
            cells[c] = (string?[])[.. _columns[c]];
            _columns[c] = []; // lets go of the list, so that a large file is held once
        }
        return cells;
    }
}
