using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>Loads and stores of eight numbers, or of the fewer that are left at the end.</summary>
internal static unsafe class Ends
{
    /// <summary>The next eight numbers, or the last <paramref name="count"/> and zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* p, int count) => count >= 8 ? Vector256.Load(p) : Elementwise.LoadFirst(p, count);

    /// <summary>Stores eight numbers, or the first <paramref name="count"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> x, float* p, int count)
    {
        if (count >= 8) x.Store(p);
        else Elementwise.StoreFirst(x, p, count);
    }
}
