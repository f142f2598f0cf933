using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>exp, log, sigmoid and tanh sixteen numbers at a time, for AVX-512; the bits are those of <see cref="Exponentials"/>, whose formulas these are.</summary>
/// <remarks>What differs is how two steps are done, not their result: the product with 2^n is one instruction that rounds once, and bounds that an argument cannot pass are left out.</remarks>
public static class WideExponentials
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private const float Rounder = 12582912f;                   // 1.5·2^23
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    /// <summary>Whether this machine has what the functions need. Elsewhere they throw, and <see cref="Exponentials"/> gives the same numbers.</summary>
    public static bool IsSupported => Avx512F.IsSupported && Vector512.IsHardwareAccelerated;

    /// <summary>1/(1 + e^-x), as <see cref="Exponentials.Sigmoid(Vector256{float})"/>.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> Sigmoid(Vector512<float> x)
    {
        var one = Vector512.Create(1f);
        var e = ExpOfNegative(x | Vector512.Create(-0f));
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), e, one) / (one + e);
    }

    /// <summary>Hyperbolic tangent, as <see cref="Exponentials.Tanh(Vector256{float})"/>.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        var one = Vector512.Create(1f);
        var sign = x & Vector512.Create(-0f);
        var size = x ^ sign;
        var z = x * x;
        var p = Vector512.Create(-5.70498872745e-3f);
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(2.06390887954e-2f));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(-5.37397155531e-2f));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(1.33314422036e-1f));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(-3.33332819422e-1f));
        var near = Vector512.FusedMultiplyAdd(p * z, size, size);
        var far = one - (Vector512.Create(2f) / (ExpOfPositive(size + size) + one));
        return Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512.Create(0.625f)), near, far) | sign;
    }

    /// <summary>Natural logarithm of numbers that are at least 1, as <see cref="Exponentials.Log(Vector256{float})"/>; NaN and infinity stay. Of less than 1 the result means nothing.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> LogFromOne(Vector512<float> x)
    {
        var bits = x.AsInt32() - Vector512.Create(0x3F3504F3);
        var e = Vector512.ConvertToSingle(Vector512.ShiftRightArithmetic(bits, 23));
        var m = ((bits & Vector512.Create(0x007FFFFF)) + Vector512.Create(0x3F3504F3)).AsSingle();
        var f = m - Vector512.Create(1f);
        var z = f * f;
        var p = Vector512.Create(7.0376836292e-2f);
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-1.1514610310e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(1.1676998740e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-1.2420140846e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(1.4249322787e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-1.6668057665e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(2.0000714765e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-2.4999993993e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(3.3333331174e-1f));
        p *= f * z;
        p = Vector512.FusedMultiplyAdd(e, Vector512.Create(Ln2Low), p);
        p = Vector512.FusedMultiplyAdd(z, Vector512.Create(-0.5f), p);
        var result = Vector512.FusedMultiplyAdd(e, Vector512.Create(Ln2High), f + p);
        // A comparison with NaN is false, so NaN falls to the last choice.
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(float.PositiveInfinity)), result, x);
    }

    /// <summary>e^x of numbers that are at most 0, as <see cref="Exponentials.Exp(Vector256{float})"/>; NaN stays. Of more than 88 the result means nothing.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> ExpOfNegative(Vector512<float> x)
    {
        var tooSmall = Vector512.LessThan(x, Vector512.Create(-104f));
        return Vector512.ConditionalSelect(tooSmall, Vector512<float>.Zero, ExpWithin(Vector512.ConditionalSelect(tooSmall, Vector512<float>.Zero, x)));
    }

    // The second operand is the result if one is not a number.
    [MethodImpl(Inline)]
    private static Vector512<float> ExpOfPositive(Vector512<float> x) => ExpWithin(Avx512F.Min(Vector512.Create(89f), x));

    [MethodImpl(Inline)]
    private static Vector512<float> ExpWithin(Vector512<float> x)
    {
        var n = Vector512.FusedMultiplyAdd(x, Vector512.Create(Log2E), Vector512.Create(Rounder)) - Vector512.Create(Rounder);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2High), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Low), r);
        var p = Vector512.Create(1.9875691500e-4f);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(5.0000001201e-1f));
        return Avx512F.Scale(Vector512.Create(1f) + Vector512.FusedMultiplyAdd(p, r * r, r), n);
    }
}
