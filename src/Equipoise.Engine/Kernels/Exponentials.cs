using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>exp, log, tanh and their kin, eight numbers at a time, with the same bits on every machine.</summary>
/// <remarks>
/// <para>Only correctly rounded steps are used (add, multiply, divide, fused multiply-add, integer work), in one written order, so the result does not depend on the instruction set,
/// the runtime or the C library. The scalar forms run the vector form: there is one formula for each function.</para>
/// <para>Errors, in units in the last place, as the tests measure them: exp, log, tanh and erf about 1, expm1 1.4, softplus 1.8, sigmoid 2.1. Results too small for normal numbers are rounded
/// to denormals. NaN gives NaN.</para>
/// <para>Source: the polynomials of exp, log and tanh are those of S. Moshier's Cephes library (single precision); the reduction of log by an offset of the bits is that of
/// FreeBSD's and musl's libm; erf is the approximation that N. Juffa published for single precision. Differs: steps are fused, and branches are computed and selected from.</para>
/// </remarks>
public static class Exponentials
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>1.5·2^23: adding it rounds a small number to a whole one, left in the low bits.</summary>
    private const float Rounder = 12582912f;
    private const float Log2E = 1.44269504f;
    // ln 2 in two parts; the first has so few digits that its product with a whole number is exact.
    private const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    /// <summary>e^x. Beyond 88.72 infinity, below -103.97 zero.</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        // Selections instead of Min and Max, so that NaN stays NaN.
        x = Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(89f)), Vector256.Create(89f), x);
        // Far below, as after masking, zero comes by selection: a product that underflows costs the processor over a hundred cycles.
        var tooSmall = Vector256.LessThan(x, Vector256.Create(-104f));
        x = Vector256.AndNot(x, tooSmall);
        var (n, r) = Reduce(x);
        var p = Vector256.Create(1f) + ExpMinusOne(r);
        // 2^n in two factors: neither overflows, and only the last product rounds, also to a denormal.
        var half = Vector256.ShiftRightArithmetic(n, 1);
        return Vector256.AndNot(p * PowerOfTwo(half) * PowerOfTwo(n - half), tooSmall);
    }

    /// <summary>e^x - 1, accurate near zero too.</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Expm1(Vector256<float> x)
    {
        var source = x;
        x = Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(89f)), Vector256.Create(89f), x);
        x = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(-30f)), Vector256.Create(-30f), x);
        var (n, r) = Reduce(x);
        // 2^n·(e^r - 1) + 2^n - 1, at half its size because 2^128 is no number.
        var half = PowerOfTwo(n - Vector256.Create(1));
        var result = Vector256.FusedMultiplyAdd(half, ExpMinusOne(r), half - Vector256.Create(0.5f));
        result += result;
        // Next to zero e^x - 1 is x: keeps the sign of zero, and the last bit of denormals, which the halving loses.
        return Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(source), Vector256.Create(1e-8f)), source, result);
    }

    /// <summary>Natural logarithm. 0 gives -infinity, less than 0 NaN, infinity infinity.</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Log(Vector256<float> x)
    {
        var small = Vector256.LessThan(x, Vector256.Create(1.17549435e-38f));
        var scaled = Vector256.ConditionalSelect(small, x * Vector256.Create(8388608f), x);
        // Offset of the bits by sqrt(1/2): splits into 2^e·m with m in [sqrt(1/2), sqrt(2)).
        var bits = scaled.AsInt32() - Vector256.Create(0x3F3504F3);
        var e = Vector256.ConvertToSingle(Vector256.ShiftRightArithmetic(bits, 23)) - Vector256.ConditionalSelect(small, Vector256.Create(23f), Vector256<float>.Zero);
        var m = ((bits & Vector256.Create(0x007FFFFF)) + Vector256.Create(0x3F3504F3)).AsSingle();
        var f = m - Vector256.Create(1f);
        var z = f * f;
        var p = Vector256.Create(7.0376836292e-2f);
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-1.1514610310e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(1.1676998740e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-1.2420140846e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(1.4249322787e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-1.6668057665e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(2.0000714765e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-2.4999993993e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(3.3333331174e-1f));
        p *= f * z;
        p = Vector256.FusedMultiplyAdd(e, Vector256.Create(Ln2Low), p);
        p = Vector256.FusedMultiplyAdd(z, Vector256.Create(-0.5f), p);
        var result = Vector256.FusedMultiplyAdd(e, Vector256.Create(Ln2High), f + p);
        // A comparison with NaN is false, so NaN falls to the last choice.
        result = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(float.PositiveInfinity)), result, x);
        result = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256.Create(float.NaN), result);
        return Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<float>.Zero), Vector256.Create(float.NegativeInfinity), result);
    }

    /// <summary>Hyperbolic tangent, odd to the bit: an odd polynomial up to 0.625, then 1 - 2/(e^2|x| + 1).</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        var sign = x & Vector256.Create(-0f);
        var size = x ^ sign;
        var z = x * x;
        var p = Vector256.Create(-5.70498872745e-3f);
        p = Vector256.FusedMultiplyAdd(p, z, Vector256.Create(2.06390887954e-2f));
        p = Vector256.FusedMultiplyAdd(p, z, Vector256.Create(-5.37397155531e-2f));
        p = Vector256.FusedMultiplyAdd(p, z, Vector256.Create(1.33314422036e-1f));
        p = Vector256.FusedMultiplyAdd(p, z, Vector256.Create(-3.33332819422e-1f));
        var near = Vector256.FusedMultiplyAdd(p * z, size, size);
        var far = Vector256.Create(1f) - Vector256.Create(2f) / (ExpOfPositive(size + size) + Vector256.Create(1f));
        return Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256.Create(0.625f)), near, far) | sign;
    }

    /// <summary>1/(1 + e^-x), small values accurate too: for x below zero e^x/(1 + e^x).</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Sigmoid(Vector256<float> x)
    {
        var e = ExpOfNegative(x | Vector256.Create(-0f));
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), e, Vector256.Create(1f)) / (Vector256.Create(1f) + e);
    }

    /// <summary>log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), without overflow.</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Softplus(Vector256<float> x)
    {
        var e = ExpOfNegative(x | Vector256.Create(-0f));
        var u = Vector256.Create(1f) + e;
        // What 1 + e lost by rounding, brought back to first order; exact differences, since u is between 1 and 2.
        var log = Log(u) + (e - (u - Vector256.Create(1f))) / u;
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), log, x + log);
    }

    /// <summary>The error function, (2/sqrt(π))·∫ e^-t² dt from 0 to x; odd to the bit.</summary>
    [MethodImpl(Inline)]
    public static Vector256<float> Erf(Vector256<float> x)
    {
        var sign = x & Vector256.Create(-0f);
        var t = x ^ sign;
        var s = x * x;
        var far = Vector256.FusedMultiplyAdd(Vector256.Create(-1.72853470e-5f), t, Vector256.Create(3.83197126e-4f));
        var u = Vector256.FusedMultiplyAdd(Vector256.Create(-3.88396438e-3f), t, Vector256.Create(2.42546219e-2f));
        far = Vector256.FusedMultiplyAdd(far, s, u);
        far = Vector256.FusedMultiplyAdd(far, t, Vector256.Create(-1.06777877e-1f));
        far = Vector256.FusedMultiplyAdd(far, t, Vector256.Create(-6.34846687e-1f));
        far = Vector256.FusedMultiplyAdd(far, t, Vector256.Create(-1.28717512e-1f));
        far = Vector256.FusedMultiplyAdd(far, t, -t);
        far = Vector256.Create(1f) - Exp(far);
        // Beyond 4 the result is 1, and the polynomial would meet infinity minus infinity.
        far = Vector256.ConditionalSelect(Vector256.GreaterThan(t, Vector256.Create(4f)), Vector256.Create(1f), far);
        var near = Vector256.Create(-5.96761703e-4f);
        near = Vector256.FusedMultiplyAdd(near, s, Vector256.Create(4.99119423e-3f));
        near = Vector256.FusedMultiplyAdd(near, s, Vector256.Create(-2.67681349e-2f));
        near = Vector256.FusedMultiplyAdd(near, s, Vector256.Create(1.12819925e-1f));
        near = Vector256.FusedMultiplyAdd(near, s, Vector256.Create(-3.76125336e-1f));
        near = Vector256.FusedMultiplyAdd(near, s, Vector256.Create(1.28379166e-1f));
        near = Vector256.FusedMultiplyAdd(near, t, t);
        return Vector256.ConditionalSelect(Vector256.GreaterThan(t, Vector256.Create(0.921875f)), far, near) | sign;
    }

    /// <summary>e^x of one number, with the bits of the vector form.</summary>
    public static float Exp(float x) => Exp(Vector256.Create(x)).ToScalar();

    /// <summary>e^x - 1 of one number, with the bits of the vector form.</summary>
    public static float Expm1(float x) => Expm1(Vector256.Create(x)).ToScalar();

    /// <summary>Natural logarithm of one number, with the bits of the vector form.</summary>
    public static float Log(float x) => Log(Vector256.Create(x)).ToScalar();

    /// <summary>Hyperbolic tangent of one number, with the bits of the vector form.</summary>
    public static float Tanh(float x) => Tanh(Vector256.Create(x)).ToScalar();

    /// <summary>1/(1 + e^-x) of one number, with the bits of the vector form.</summary>
    public static float Sigmoid(float x) => Sigmoid(Vector256.Create(x)).ToScalar();

    /// <summary>log(1 + e^x) of one number, with the bits of the vector form.</summary>
    public static float Softplus(float x) => Softplus(Vector256.Create(x)).ToScalar();

    /// <summary>The error function of one number, with the bits of the vector form.</summary>
    public static float Erf(float x) => Erf(Vector256.Create(x)).ToScalar();

    // Of numbers that are at most 0. Results that are normal numbers take 2^n by their exponents, which rounds nothing; all others, and NaN, go the long way.
    [MethodImpl(Inline)]
    private static Vector256<float> ExpOfNegative(Vector256<float> x)
        => Vector256.GreaterThanOrEqualAll(x, Vector256.Create(-87f)) ? ExpOfNormal(x) : Exp(x);

    // Of numbers that are at least 0.
    [MethodImpl(Inline)]
    private static Vector256<float> ExpOfPositive(Vector256<float> x)
        => Vector256.LessThanOrEqualAll(x, Vector256.Create(87f)) ? ExpOfNormal(x) : Exp(x);

    [MethodImpl(Inline)]
    private static Vector256<float> ExpOfNormal(Vector256<float> x)
    {
        var rounded = Vector256.FusedMultiplyAdd(x, Vector256.Create(Log2E), Vector256.Create(Rounder));
        var n = rounded - Vector256.Create(Rounder);
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2Low), Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2High), x));
        // The low bits of what was rounded are n: shifted, they add to the exponent.
        return ((Vector256.Create(1f) + ExpMinusOne(r)).AsInt32() + Vector256.ShiftLeft(rounded.AsInt32(), 23)).AsSingle();
    }

    /// <summary>x = n·ln 2 + r with n whole and |r| at most ln 2 / 2.</summary>
    [MethodImpl(Inline)]
    private static (Vector256<int> N, Vector256<float> R) Reduce(Vector256<float> x)
    {
        var rounded = Vector256.FusedMultiplyAdd(x, Vector256.Create(Log2E), Vector256.Create(Rounder));
        var n = rounded - Vector256.Create(Rounder);
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2High), x);
        return (rounded.AsInt32() - Vector256.Create(0x4B400000), Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2Low), r));
    }

    /// <summary>e^r - 1 for |r| up to ln 2 / 2.</summary>
    [MethodImpl(Inline)]
    private static Vector256<float> ExpMinusOne(Vector256<float> r)
    {
        var p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        return Vector256.FusedMultiplyAdd(p, r * r, r);
    }

    [MethodImpl(Inline)]
    private static Vector256<float> PowerOfTwo(Vector256<int> n) => Vector256.ShiftLeft(n + Vector256.Create(127), 23).AsSingle();
}
