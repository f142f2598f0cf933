using System.Collections;

namespace Equipoise.Data;

/// <summary>The cells of a column that are not all in memory. To be read from first to last; a look back costs time. One reader at a time: <see cref="Fresh()"/> gives each its own.</summary>
internal abstract class CellList : IReadOnlyList<string?>
{
    public abstract int Count { get; }

    public abstract string? this[int index] { get; }

    /// <summary>The same cells for another reader.</summary>
    public abstract CellList Fresh();

    public IEnumerator<string?> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The cells for another reader, where they are not in memory; else as they are.</summary>
    public static IReadOnlyList<string?> Fresh(IReadOnlyList<string?> cells) => cells is CellList list ? list.Fresh() : cells;
}
