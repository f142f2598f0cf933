using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Optimizers;

/// <summary>Many times x = Flush(x × keep), with the bits of doing it one by one.</summary>
/// <remarks>
/// With keep from 0 to 1 no number grows. So what has once come below the limit of <see cref="RuleMath.Flush"/> stays there, and it is enough to look now and then;
/// and what some multiplications leave as it is, all others leave as it is.
/// </remarks>
internal static class Fading
{
    // Vectors at once: a product is there after four cycles, and two can be begun in each.
    private const int Vectors = 8, Numbers = 8 * Vectors;
    // Products from one look to the next; few enough that hardly a number turns denormal in between.
    private const int LookEvery = 16;

    public static void Run(Span<float> values, float keep, int times)
    {
        int i = 0;
        for (; i + Numbers <= values.Length; i += Numbers) RunEight(values.Slice(i, Numbers), keep, times);
        if (i == values.Length) return;
        Span<float> padded = stackalloc float[Numbers];
        padded.Clear();
        values[i..].CopyTo(padded);
        RunEight(padded, keep, times);
        padded[..(values.Length - i)].CopyTo(values[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunEight(Span<float> values, float keep, int times)
    {
        var x = MemoryMarshal.Cast<float, Vector256<float>>(values);
        var k = Vector256.Create(keep);
        Vector256<float> x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5], x6 = x[6], x7 = x[7];
        while (times > 0)
        {
            int products = Math.Min(times, LookEvery);
            times -= products;
            for (; products > 0; products--)
            {
                x0 *= k;
                x1 *= k;
                x2 *= k;
                x3 *= k;
                x4 *= k;
                x5 *= k;
                x6 *= k;
                x7 *= k;
            }
            var changed = Store(ref x0, ref x[0]) | Store(ref x1, ref x[1]) | Store(ref x2, ref x[2]) | Store(ref x3, ref x[3])
                | Store(ref x4, ref x[4]) | Store(ref x5, ref x[5]) | Store(ref x6, ref x[6]) | Store(ref x7, ref x[7]);
            if (changed == default) return;
        }
    }

    // Tells which bits this changes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Store(ref Vector256<float> x, ref Vector256<float> place)
    {
        x = RuleMath.Flush(x);
        var changed = x.AsInt32() ^ place.AsInt32();
        place = x;
        return changed;
    }
}
