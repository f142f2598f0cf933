namespace Equipoise.Data;

/// <summary>The cells of several columns below each other.</summary>
internal sealed class JoinedCells : CellList
{
    private readonly IReadOnlyList<string?>[] _pieces;
    private readonly int[] _ends;
    private int _piece;

    public JoinedCells(IEnumerable<IReadOnlyList<string?>> pieces)
    {
        _pieces = [.. pieces.Select(Fresh)];
        _ends = new int[_pieces.Length];
        int end = 0;
        for (int i = 0; i < _ends.Length; i++) _ends[i] = end = checked(end + _pieces[i].Count);
    }

    public override int Count => _ends.Length == 0 ? 0 : _ends[^1];

    public override string? this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            while (index >= _ends[_piece]) _piece++;
            while (_piece > 0 && index < _ends[_piece - 1]) _piece--;
            return _pieces[_piece][_piece == 0 ? index : index - _ends[_piece - 1]];
        }
    }

    public override CellList Fresh() => new JoinedCells(_pieces);

    /// <summary>The columns below each other: in memory if all of them are.</summary>
    public static IReadOnlyList<string?> Join(IReadOnlyList<IReadOnlyList<string?>> pieces)
        => pieces.Any(p => p is CellList) ? new JoinedCells(pieces) : (string?[])[.. pieces.SelectMany(p => p)];
}
