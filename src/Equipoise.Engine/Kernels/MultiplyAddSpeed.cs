using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>How many floating-point operations a second one thread of this machine can do at most: the floor under the time of every product.</summary>
/// <remarks>
/// Ten chains of fused multiply-adds (two operations a number) in registers, as wide as the matrix kernel uses them; nothing is loaded or stored. The best of many short runs, since
/// other programs only make it slower. Without hardware for fused multiply-adds the figure is that of the emulation.
/// </remarks>
public static class MultiplyAddSpeed
{
    private const int Chains = 10, Rounds = 20_000;

    /// <summary>Operations a second, measured for about so long.</summary>
    public static double Measure(TimeSpan time)
    {
        double best = 0;
        long started = Stopwatch.GetTimestamp();
        do
        {
            long from = Stopwatch.GetTimestamp();
            bool wide = Avx512F.IsSupported;
            float sum = wide ? Wide(Rounds, 0.5f) : Narrow(Rounds, 0.5f);
            double seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
            // The chains end at 1, so this is never left out; it only keeps the sum in use.
            if (sum > 0) best = Math.Max(best, 2.0 * Chains * (wide ? 16 : 8) * Rounds / seconds);
        }
        while (Stopwatch.GetElapsedTime(started) < time);
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide(int rounds, float start)
    {
        var half = Vector512.Create(start);
        Vector512<float> s0 = half, s1 = half, s2 = half, s3 = half, s4 = half, s5 = half, s6 = half, s7 = half, s8 = half, s9 = half;
        for (; rounds > 0; rounds--)
        {
            s0 = Avx512F.FusedMultiplyAdd(s0, half, half);
            s1 = Avx512F.FusedMultiplyAdd(s1, half, half);
            s2 = Avx512F.FusedMultiplyAdd(s2, half, half);
            s3 = Avx512F.FusedMultiplyAdd(s3, half, half);
            s4 = Avx512F.FusedMultiplyAdd(s4, half, half);
            s5 = Avx512F.FusedMultiplyAdd(s5, half, half);
            s6 = Avx512F.FusedMultiplyAdd(s6, half, half);
            s7 = Avx512F.FusedMultiplyAdd(s7, half, half);
            s8 = Avx512F.FusedMultiplyAdd(s8, half, half);
            s9 = Avx512F.FusedMultiplyAdd(s9, half, half);
        }
        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9)[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Narrow(int rounds, float start)
    {
        var half = Vector256.Create(start);
        Vector256<float> s0 = half, s1 = half, s2 = half, s3 = half, s4 = half, s5 = half, s6 = half, s7 = half, s8 = half, s9 = half;
        for (; rounds > 0; rounds--)
        {
            s0 = Vector256.FusedMultiplyAdd(s0, half, half);
            s1 = Vector256.FusedMultiplyAdd(s1, half, half);
            s2 = Vector256.FusedMultiplyAdd(s2, half, half);
            s3 = Vector256.FusedMultiplyAdd(s3, half, half);
            s4 = Vector256.FusedMultiplyAdd(s4, half, half);
            s5 = Vector256.FusedMultiplyAdd(s5, half, half);
            s6 = Vector256.FusedMultiplyAdd(s6, half, half);
            s7 = Vector256.FusedMultiplyAdd(s7, half, half);
            s8 = Vector256.FusedMultiplyAdd(s8, half, half);
            s9 = Vector256.FusedMultiplyAdd(s9, half, half);
        }
        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9)[0];
    }
}
