using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Equipoise;

/// <summary>Σ x² in double.</summary>
/// <remarks>
/// Sixteen lanes: lane k sums elements k, k + 16, ...; the remainder goes to the same lanes, and the lanes are summed in order, so that the sum depends on nothing but the numbers.
/// </remarks>
internal static class SumOfSquares
{
    public static double Of(ReadOnlySpan<float> x)
    {
        Vector256<double> a = default, b = default, c = default, d = default;
        var wide = MemoryMarshal.Cast<float, Vector256<float>>(x);
        int i = 0;
        for (; i + 1 < wide.Length; i += 2)
        {
            Add(wide[i], ref a, ref b);
            Add(wide[i + 1], ref c, ref d);
        }
        if (x.Length > i * 8)
        {
            Span<float> rest = stackalloc float[16];
            rest.Clear();
            x[(i * 8)..].CopyTo(rest);
            Add(Vector256.Create<float>(rest), ref a, ref b);
            Add(Vector256.Create<float>(rest[8..]), ref c, ref d);
        }
        double sum = 0;
        foreach (var lanes in (ReadOnlySpan<Vector256<double>>)[a, b, c, d])
        {
            for (int k = 0; k < 4; k++) sum += lanes[k];
        }
        return sum;
    }

    private static void Add(Vector256<float> x, ref Vector256<double> low, ref Vector256<double> high)
    {
        var (first, second) = Vector256.Widen(x);
        low += first * first;
        high += second * second;
    }
}
