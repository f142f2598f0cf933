using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Softmax of a row, with the two numbers that its logarithm is made of.</summary>
/// <remarks>
/// m = max x, s = Σⱼ e^(xⱼ - m), softmax(x)ᵢ = e^(xᵢ - m) · (1/s). The sum runs in eight lanes, lane k adding the numbers k, k + 8, ...; then lanes k and k + 4 are added, k and k + 2, and the
/// last two, whatever the machine. A number that is NaN or +infinity, or a row of -infinity alone, makes the sum and all of the softmax NaN.
/// </remarks>
public static unsafe class SoftmaxParts
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>The largest number, the others passing over NaN (-infinity of nothing), and the sum s. Writes softmax(x) unless <paramref name="y"/> is empty. Shapes: x, y [width].</summary>
    public static (float Largest, float Sum) Row(ReadOnlySpan<float> x, Span<float> y)
    {
        if (!y.IsEmpty && y.Length != x.Length) throw new ArgumentException($"Has {y.Length} numbers but the row has {x.Length}.", nameof(y));
        return WideExponentials.IsSupported ? Wide(x, y) : Narrow(x, y);
    }

    /// <summary>Eight numbers at a time.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    internal static (float Largest, float Sum) Narrow(ReadOnlySpan<float> x, Span<float> y)
    {
        var none = Vector256.Create(float.NegativeInfinity);
        Vector256<float> larger = none, sums = default;
        fixed (float* px = x, py = y)
        {
            for (var i = 0; i < x.Length; i += 8)
            {
                var next = x.Length - i >= 8 ? Vector256.Load(px + i) : Elementwise.LoadFirst(px + i, x.Length - i, float.NegativeInfinity);
                larger = Vector256.ConditionalSelect(Vector256.GreaterThan(next, larger), next, larger);
            }
            var largest = Reductions.Greatest(larger);
            var shift = Vector256.Create(largest);
            for (var i = 0; i < x.Length; i += 8)
            {
                var rest = x.Length - i;
                var e = Exponentials.Exp((rest >= 8 ? Vector256.Load(px + i) : Elementwise.LoadFirst(px + i, rest, float.NegativeInfinity)) - shift);
                sums += e;
                if (py is not null) Ends.Store(e, py + i, rest);
            }
            var sum = Fold(sums);
            if (py is not null) Elementwise.Scale(1 / sum, y);
            return (largest, sum);
        }
    }

    /// <summary>Sixteen numbers at a time; the upper half is added after the lower one.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    internal static (float Largest, float Sum) Wide(ReadOnlySpan<float> x, Span<float> y)
    {
        var none = Vector512.Create(float.NegativeInfinity);
        int whole = x.Length & ~15;
        var ending = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(x.Length - whole)).AsSingle();
        Vector256<float> sums = default;
        fixed (float* px = x, py = y)
        {
            var last = whole < x.Length ? Avx512F.MaskLoad(px + whole, ending, none) : none;
            // The second operand is the result if one is not a number.
            var larger = Avx512F.Max(last, none);
            for (var i = 0; i < whole; i += 16) larger = Avx512F.Max(Vector512.Load(px + i), larger);
            var largest = WideLanes.Greatest(larger);
            var shift = Vector512.Create(largest);
            for (var i = 0; i < whole; i += 16)
            {
                var e = WideExponentials.ExpOfNegative(Vector512.Load(px + i) - shift);
                if (py is not null) e.Store(py + i);
                sums = sums + e.GetLower() + e.GetUpper();
            }
            if (whole < x.Length)
            {
                last = WideExponentials.ExpOfNegative(last - shift);
                sums = sums + last.GetLower() + last.GetUpper();
            }
            var sum = Fold(sums);
            if (py is not null)
            {
                var inverse = Vector512.Create(1 / sum);
                for (var i = 0; i < whole; i += 16) (Vector512.Load(py + i) * inverse).Store(py + i);
                if (whole < x.Length) Avx512F.MaskStore(py + whole, ending, last * inverse);
            }
            return (largest, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Fold(Vector256<float> v)
    {
        var halves = v.GetLower() + v.GetUpper();
        return halves.GetElement(0) + halves.GetElement(2) + (halves.GetElement(1) + halves.GetElement(3));
    }
}
