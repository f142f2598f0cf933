namespace Equipoise.Data;

/// <summary>Some cells of a column that is not in memory: of the given rows, in their order.</summary>
internal sealed class SelectedCells(CellList cells, int[] rows) : CellList
{
    public override int Count => rows.Length;

    public override string? this[int index] => cells[rows[index]];

    public override CellList Fresh() => new SelectedCells(cells.Fresh(), rows);
}
