namespace Equipoise.Data;

/// <summary>Takes the cells of a table as they are read, row by row.</summary>
internal interface ITableSink
{
    /// <summary>Called first, with the number of columns.</summary>
    void Begin(int columns);

    /// <summary>The cell of a column in the row at hand; null for no value.</summary>
    void Add(int column, string? value);

    /// <summary>The row is complete.</summary>
    void EndRow();

    /// <summary>The table is complete: its cells, column by column.</summary>
    IReadOnlyList<string?>[] End();
}
