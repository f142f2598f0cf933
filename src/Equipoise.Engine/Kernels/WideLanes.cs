using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>What goes on between the sixteen lanes of a vector, for AVX-512; see <see cref="WideExponentials.IsSupported"/>.</summary>
public static unsafe class WideLanes
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>How many floats <see cref="Aligned"/> leaves out at most.</summary>
    public const int AlignedLoss = 15;

    /// <summary>The memory from the next multiple of 64 bytes on, where a vector lies in one line of the cache. (Should it be moved, what follows is only slower.)</summary>
    public static Span<float> Aligned(Span<float> memory)
    {
        fixed (float* p = memory) return memory[Math.Min(memory.Length, (int)(-(nint)p & 63) / sizeof(float))..];
    }

    /// <summary>Each lane gets the one below it: the last of <paramref name="before"/>, then all but the last of <paramref name="x"/>.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> OneBelow(Vector512<float> before, Vector512<float> x) => Avx512F.AlignRight32(x.AsInt32(), before.AsInt32(), 15).AsSingle();

    /// <summary>Each lane gets the one two below it: the last two of <paramref name="before"/>, then all but the last two of <paramref name="x"/>.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> TwoBelow(Vector512<float> before, Vector512<float> x) => Avx512F.AlignRight32(x.AsInt32(), before.AsInt32(), 14).AsSingle();

    /// <summary>Each lane gets the one above it: all but the first of <paramref name="x"/>, then the first of <paramref name="after"/>.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> OneAbove(Vector512<float> x, Vector512<float> after) => Avx512F.AlignRight32(after.AsInt32(), x.AsInt32(), 1).AsSingle();

    /// <summary>Each lane gets the one two above it: all but the first two of <paramref name="x"/>, then the first two of <paramref name="after"/>.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> TwoAbove(Vector512<float> x, Vector512<float> after) => Avx512F.AlignRight32(after.AsInt32(), x.AsInt32(), 2).AsSingle();

    /// <summary>The larger of each lane, in one instruction: y where either is NaN.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> Larger(Vector512<float> x, Vector512<float> y) => Avx512F.Max(x, y);

    /// <summary>The smaller of each lane, in one instruction: y where either is NaN.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> Smaller(Vector512<float> x, Vector512<float> y) => Avx512F.Min(x, y);

    /// <summary>The greatest of sixteen numbers, none of them NaN.</summary>
    [MethodImpl(Inline)]
    public static float Greatest(Vector512<float> x)
    {
        var eight = Avx.Max(x.GetLower(), x.GetUpper());
        var four = Sse.Max(eight.GetLower(), eight.GetUpper());
        var two = Sse.Max(four, Sse.MoveHighToLow(four, four));
        return Sse.MaxScalar(two, Vector128.Shuffle(two, Vector128.Create(1, 1, 1, 1))).ToScalar();
    }
}
