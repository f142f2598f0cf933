using System.Runtime.InteropServices;

namespace Equipoise.Engine.Execution;

/// <summary>Floats of the garbage collector's that begin at a cache line, so that no vector of a panel lies across two: half the reads where panels are read row by row.</summary>
internal sealed class AlignedFloats
{
    private const int LineFloats = 16;
    private readonly float[] _array;
    private readonly int _first;
    private readonly int _length;

    /// <summary>So many zeros.</summary>
    public AlignedFloats(int length)
    {
        _array = GC.AllocateArray<float>(length + LineFloats, pinned: true);
        long line = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0) / sizeof(float) % LineFloats;
        _first = (int)((LineFloats - line) % LineFloats);
        _length = length;
    }

    /// <summary>The floats.</summary>
    public Span<float> Span => _array.AsSpan(_first, _length);
}
