namespace Equipoise.Data;

/// <summary>The cells of one column of a <see cref="CellSpool"/>. Holds one group of them at a time.</summary>
internal sealed class SpooledCells(CellSpool spool, int column) : CellList
{
    private readonly string?[] _cells = new string?[spool.GroupRows];
    private byte[] _bytes = [];
    private int _group = -1;

    public override int Count => spool.Rows;

    public override string? this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            int group = index / spool.GroupRows;
            if (group != _group) spool.Read(_group = group, column, ref _bytes, _cells);
            return _cells[index % spool.GroupRows];
        }
    }

    public override CellList Fresh() => new SpooledCells(spool, column);
}
