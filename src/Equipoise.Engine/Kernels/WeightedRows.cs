using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Weighted sums of rows, in double.</summary>
public static class WeightedRows
{
    /// <summary>y = Σ w_k x_k, or y += that: each number is summed in double over the rows in order, by fused steps, and rounded once.</summary>
    /// <remarks>Rows of weight 0 are left out, even where they are not finite. The width of a vector changes no bit.</remarks>
    /// <param name="x">Rows [rows, at least length of y], a stride apart.</param>
    /// <param name="stride">Numbers from row to row.</param>
    /// <param name="weights">w [rows].</param>
    /// <param name="y">The sums [length].</param>
    /// <param name="adds">Whether to add to what y holds.</param>
    public static void Add(ReadOnlySpan<float> x, int stride, ReadOnlySpan<double> weights, Span<float> y, bool adds)
    {
        int wide = y.Length - (y.Length % Vector256<float>.Count);
        ref float into = ref MemoryMarshal.GetReference(y);
        ref float from = ref MemoryMarshal.GetReference(x);
        if (x.Length < ((weights.Length - 1) * stride) + y.Length) throw new ArgumentException($"There are {x.Length} numbers, too few for {weights.Length} rows of {y.Length}.", nameof(x));
        int i = 0;
        for (int widest = Avx512F.IsSupported ? y.Length - (y.Length % Vector512<float>.Count) : 0; i < widest; i += Vector512<float>.Count)
        {
            Vector512<double> low = default, high = default;
            if (adds)
            {
                var sum = Vector512.LoadUnsafe(ref into, (nuint)i);
                (low, high) = (Avx512F.ConvertToVector512Double(sum.GetLower()), Avx512F.ConvertToVector512Double(sum.GetUpper()));
            }
            for (int k = 0; k < weights.Length; k++)
            {
                if (weights[k] == 0) continue;
                var numbers = Vector512.LoadUnsafe(ref from, (nuint)(((long)k * stride) + i));
                var w = Vector512.Create(weights[k]);
                low = Avx512F.FusedMultiplyAdd(w, Avx512F.ConvertToVector512Double(numbers.GetLower()), low);
                high = Avx512F.FusedMultiplyAdd(w, Avx512F.ConvertToVector512Double(numbers.GetUpper()), high);
            }
            Vector512.Create(Avx512F.ConvertToVector256Single(low), Avx512F.ConvertToVector256Single(high)).StoreUnsafe(ref into, (nuint)i);
        }
        for (; i < wide; i += Vector256<float>.Count)
        {
            var (low, high) = adds ? Vector256.Widen(Vector256.LoadUnsafe(ref into, (nuint)i)) : (Vector256<double>.Zero, Vector256<double>.Zero);
            for (int k = 0; k < weights.Length; k++)
            {
                if (weights[k] == 0) continue;
                var (a, b) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)(((long)k * stride) + i)));
                var w = Vector256.Create(weights[k]);
                low = Vector256.FusedMultiplyAdd(w, a, low);
                high = Vector256.FusedMultiplyAdd(w, b, high);
            }
            Vector256.Narrow(low, high).StoreUnsafe(ref into, (nuint)i);
        }
        Plain(x, stride, weights, y, wide, adds);
    }

    /// <summary>The obvious loops, from a first number on.</summary>
    public static void Plain(ReadOnlySpan<float> x, int stride, ReadOnlySpan<double> weights, Span<float> y, int first, bool adds)
    {
        for (int i = first; i < y.Length; i++)
        {
            double sum = adds ? y[i] : 0;
            for (int k = 0; k < weights.Length; k++)
            {
                if (weights[k] != 0) sum = Math.FusedMultiplyAdd(weights[k], x[(k * stride) + i], sum);
            }
            y[i] = (float)sum;
        }
    }
}
