using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Moves some lanes of eight to the front, in their order: for processors that cannot compress a vector.</summary>
internal static unsafe class NonzeroLanes
{
    // For each set of lanes, the numbers of the lanes in it, a byte each. Stays for as long as the process.
    private static readonly ulong* s_orders = MakeOrders();

    /// <summary>The orders of all sets, for <see cref="Order"/>.</summary>
    public static ulong* Orders => s_orders;

    /// <summary>The set of the lanes that are not zero. NaN is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(Vector256<float> x) => (~Vector256.Equals(x, Vector256<float>.Zero)).ExtractMostSignificantBits();

    /// <summary>What brings the lanes of a set to the front, for <see cref="Avx2.PermuteVar8x32(Vector256{int}, Vector256{int})"/>. After them comes anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Order(ulong* orders, uint lanes) => Avx2.ConvertToVector256Int32((byte*)(orders + lanes));

    private static ulong* MakeOrders()
    {
        const int Sets = 256;
        var orders = (ulong*)NativeMemory.Alloc(Sets, sizeof(ulong));
        for (var lanes = 0; lanes < Sets; lanes++)
        {
            var place = 0;
            orders[lanes] = 0;
            for (var lane = 0; lane < 8; lane++)
            {
                if ((lanes >> lane & 1) == 0) { continue; }
                orders[lanes] |= (ulong)lane << (8 * place++);
            }
        }
        return orders;
    }
}
