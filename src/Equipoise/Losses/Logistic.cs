using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Sigmoid and softplus without overflow, from one exponential of a number that is never positive.</summary>
internal static class Logistic
{
    /// <summary>σ(z) = 1 / (1 + e^−z) and log(1 + e^−|z|), the part of softplus that is left after max(z, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Sigmoid, Vector256<float> Excess) Of(Vector256<float> z)
    {
        var decay = Exponentials.Exp(-Vector256.Abs(z));
        var sum = Vector256<float>.One + decay;
        var larger = Vector256<float>.One / sum;
        var sigmoid = Vector256.ConditionalSelect(Vector256.LessThan(z, Vector256<float>.Zero), decay * larger, larger);

        // log(1 + d) by log(s) × d / (s − 1) with s = 1 + d rounded, which is exact to rounding also for tiny d
        // (Goldberg, "What Every Computer Scientist Should Know About Floating-Point Arithmetic", 1991, theorem 4).
        var added = sum - Vector256<float>.One;
        var excess = Vector256.ConditionalSelect(Vector256.Equals(added, Vector256<float>.Zero), decay, Exponentials.Log(sum) * (decay / added));
        return (sigmoid, excess);
    }

    /// <summary>The same bits, sixteen numbers at a time, where <see cref="WideExponentials.IsSupported"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Sigmoid, Vector512<float> Excess) Of(Vector512<float> z)
    {
        var one = Vector512.Create(1f);
        var decay = WideExponentials.ExpOfNegative(-Vector512.Abs(z));
        var sum = one + decay;
        var larger = one / sum;
        var sigmoid = Vector512.ConditionalSelect(Vector512.LessThan(z, Vector512<float>.Zero), decay * larger, larger);
        var added = sum - one;
        var excess = Vector512.ConditionalSelect(Vector512.Equals(added, Vector512<float>.Zero), decay, WideExponentials.LogFromOne(sum) * (decay / added));
        return (sigmoid, excess);
    }
}
