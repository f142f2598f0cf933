using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>What remains of a row after its whole vectors, for AVX2.</summary>
/// <remarks>Loads through a mask are as quick as others. Stores through one take some processors a dozen cycles each, so a piece is stored as halves, quarters and so on.</remarks>
internal static unsafe class Avx2Ends
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>A mask of the first lanes; count may be beyond 0 to 8.</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Lanes(int count) => Vector256.LessThan(Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7), Vector256.Create(count)).AsSingle();

    /// <summary>Stores the first count numbers, or all eight if count is 8 or more.</summary>
    [MethodImpl(Inline)]
    public static void Store(Vector256<float> x, float* p, int count)
    {
        if (count >= 8) { x.Store(p); }
        else { StoreFirst(x, p, count); }
    }

    /// <summary>Stores the first count numbers, 0 to 7.</summary>
    [MethodImpl(Inline)]
    public static void StoreFirst(Vector256<float> x, float* p, int count)
    {
        var rest = x.GetLower();
        if ((count & 4) != 0)
        {
            rest.Store(p);
            rest = x.GetUpper();
            p += 4;
        }
        StoreFirst(rest, p, count & 3);
    }

    /// <summary>Stores the first count numbers, 0 to 4.</summary>
    [MethodImpl(Inline)]
    public static void Store(Vector128<float> x, float* p, int count)
    {
        if (count >= 4) { x.Store(p); }
        else { StoreFirst(x, p, count); }
    }

    [MethodImpl(Inline)]
    private static void StoreFirst(Vector128<float> x, float* p, int count)
    {
        if ((count & 2) != 0)
        {
            Sse.StoreLow(p, x);
            x = Sse.MoveHighToLow(x, x);
            p += 2;
        }
        if ((count & 1) != 0) { *p = x.ToScalar(); }
    }
}
