namespace Equipoise.Engine.Compilation;

/// <summary>Gives every buffer an offset so that buffers alive at the same tick never overlap, in little memory.</summary>
/// <remarks>Largest first, each at the lowest offset that is free over its whole life: the usual greedy method, near the best in practice.</remarks>
internal static class BufferPlanner
{
    /// <summary>Sizes are rounded up to this many floats: 64 bytes, one cache line and one vector.</summary>
    public const int Alignment = 16;

    /// <summary>A buffer's life, from its first tick to its last, both included, and its size.</summary>
    public readonly record struct Life(int First, int Last, int Size);

    /// <summary>The offset of each buffer.</summary>
    public static int[] Place(IReadOnlyList<Life> lives, out int total)
    {
        var offsets = new int[lives.Count];
        var placed = new List<int>();
        total = 0;
        foreach (int i in Enumerable.Range(0, lives.Count).OrderByDescending(i => lives[i].Size).ThenBy(i => i))
        {
            int offset = LowestFree(lives, offsets, placed, lives[i]);
            offsets[i] = offset;
            int at = placed.FindIndex(p => offsets[p] > offset);
            placed.Insert(at < 0 ? placed.Count : at, i);
            total = Math.Max(total, offset + Rounded(lives[i].Size));
        }
        return offsets;
    }

    /// <summary>The size rounded up to the alignment.</summary>
    public static int Rounded(int size) => (size + Alignment - 1) / Alignment * Alignment;

    // Buffers placed so far are sorted by offset.
    private static int LowestFree(IReadOnlyList<Life> lives, int[] offsets, List<int> placed, Life wanted)
    {
        int offset = 0;
        foreach (int p in placed)
        {
            var other = lives[p];
            if (other.Last < wanted.First || other.First > wanted.Last) continue;
            if (offsets[p] >= offset + Rounded(wanted.Size)) break;
            offset = Math.Max(offset, offsets[p] + Rounded(other.Size));
        }
        return offset;
    }
}
