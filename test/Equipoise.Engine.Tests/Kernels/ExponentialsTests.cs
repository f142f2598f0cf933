using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class ExponentialsTests
{
    private const float Inf = float.PositiveInfinity;

    [Fact] public void Exp_is_within_its_error() => AssertError(1, Exponentials.Exp, Math.Exp);
    [Fact] public void Expm1_is_within_its_error() => AssertError(1.5, Exponentials.Expm1, ExactExpm1);
    [Fact] public void Log_is_within_its_error() => AssertError(1, Exponentials.Log, Math.Log);
    [Fact] public void Tanh_is_within_its_error() => AssertError(1.1, Exponentials.Tanh, Math.Tanh);
    [Fact] public void Sigmoid_is_within_its_error() => AssertError(2.2, Exponentials.Sigmoid, x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)));
    [Fact] public void Softplus_is_within_its_error() => AssertError(2, Exponentials.Softplus, x => Math.Max(x, 0) + ExactLog1p(Math.Exp(-Math.Abs(x))));
    [Fact] public void Erf_is_within_its_error() => AssertError(1.2, Exponentials.Erf, ExactErf);

    [Fact]
    public void Limits_and_special_values_are_exact()
    {
        AssertValues(Exponentials.Exp, (0, 1), (-0f, 1), (Inf, Inf), (-Inf, 0), (88.73f, Inf), (-104, 0), (float.NaN, float.NaN), (1e30f, Inf), (-1e30f, 0), (-103.5f, float.Epsilon));
        AssertValues(Exponentials.Expm1, (0, 0), (-0f, -0f), (Inf, Inf), (-Inf, -1), (-50, -1), (float.NaN, float.NaN), (1e-20f, 1e-20f), (float.Epsilon, float.Epsilon));
        AssertValues(Exponentials.Log, (0, -Inf), (-0f, -Inf), (1, 0), (Inf, Inf), (-1, float.NaN), (-Inf, float.NaN), (-float.Epsilon, float.NaN), (float.NaN, float.NaN), (float.Epsilon, -103.278929903f));
        AssertValues(Exponentials.Tanh, (0, 0), (-0f, -0f), (Inf, 1), (-Inf, -1), (20, 1), (float.NaN, float.NaN), (1e-30f, 1e-30f));
        AssertValues(Exponentials.Sigmoid, (0, 0.5f), (Inf, 1), (-Inf, 0), (20, 1), (-104, 0), (float.NaN, float.NaN));
        AssertValues(Exponentials.Softplus, (Inf, Inf), (-Inf, 0), (1e20f, 1e20f), (-104, 0), (float.NaN, float.NaN), (0, 0.6931472f));
        AssertValues(Exponentials.Erf, (0, 0), (-0f, -0f), (Inf, 1), (-Inf, -1), (5, 1), (float.NaN, float.NaN));
    }

    [Fact]
    public void Every_lane_has_the_bits_of_the_scalar_form()
    {
        var x = Vector256.Create(-3.3f, -0.4f, 1e-20f, 0.7f, 12f, float.NaN, -90f, 88f);
        for (var lane = 0; lane < 8; lane++)
        {
            Assert.True(Samples.SameBits(Exponentials.Exp(x[lane]), Exponentials.Exp(x)[lane]));
            Assert.True(Samples.SameBits(Exponentials.Log(x[lane]), Exponentials.Log(x)[lane]));
            Assert.True(Samples.SameBits(Exponentials.Tanh(x[lane]), Exponentials.Tanh(x)[lane]));
            Assert.True(Samples.SameBits(Exponentials.Sigmoid(x[lane]), Exponentials.Sigmoid(x)[lane]));
            Assert.True(Samples.SameBits(Exponentials.Softplus(x[lane]), Exponentials.Softplus(x)[lane]));
        }
    }

    [Fact]
    public void Odd_functions_are_odd_to_the_bit()
    {
        foreach (var x in Samples.Normal(1000, 1))
        {
            Assert.Equal(-Exponentials.Tanh(x), Exponentials.Tanh(-x));
            Assert.Equal(-Exponentials.Erf(x), Exponentials.Erf(-x));
        }
    }

    /// <summary>Fails if a rounding step changes on any machine or with any set of instructions switched off: the hash was taken once on x64 with AVX2.</summary>
    [Fact]
    public void Bits_are_the_same_on_every_machine()
    {
        var hash = 0u;
        foreach (var x in DenseSamples(65537))
        {
            foreach (var y in new[] { Exponentials.Exp(x), Exponentials.Expm1(x), Exponentials.Log(x), Exponentials.Tanh(x), Exponentials.Sigmoid(x), Exponentials.Softplus(x), Exponentials.Erf(x) })
            {
                hash = hash * 16777619 + (float.IsNaN(y) ? 1 : BitConverter.SingleToUInt32Bits(y));
            }
        }
        Assert.Equal(2836626899, hash);
    }

    private static void AssertValues(Func<float, float> function, params (float X, float Y)[] values)
    {
        foreach (var (x, y) in values) { Assert.True(Samples.SameBits(y, function(x)), $"f({x:R}) = {function(x):R}, expected {y:R}."); }
    }

    private static void AssertError(double limit, Func<float, float> function, Func<double, double> exact)
    {
        var worst = 0.0;
        var where = 0f;
        foreach (var x in DenseSamples(16411))
        {
            var expected = exact(x);
            var found = function(x);
            if (double.IsNaN(expected)) { Assert.True(float.IsNaN(found)); continue; }
            if (Math.Abs(expected) > float.MaxValue) { Assert.Equal((float)expected, found); continue; }
            // Distance of neighbouring numbers, 2^-149 among denormals.
            var unit = Math.ScaleB(1, Math.Max(expected == 0 ? -149 : Math.ILogB(expected) - 23, -149));
            var error = Math.Abs(found - expected) / unit;
            if (!(error <= worst)) { (worst, where) = (error, x); }
        }
        Assert.True(worst <= limit, $"Error {worst:F3} units at {where:R}: {function(where):R} instead of {exact(where):R}.");
    }

    /// <summary>Numbers of every sign and exponent, and more of those from -120 to 120.</summary>
    private static IEnumerable<float> DenseSamples(int step)
    {
        for (var bits = 0L; bits <= uint.MaxValue; bits += step)
        {
            var x = BitConverter.UInt32BitsToSingle((uint)bits);
            if (float.IsFinite(x)) { yield return x; }
        }
        var width = step / 1e7f;
        for (var n = -120 / width; n <= 120 / width; n++) { yield return n * width; }
    }

    private static double ExactExpm1(double x) => Math.Abs(x) < 1e-4 ? x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4))) : Math.Exp(x) - 1;

    private static double ExactLog1p(double x) => 1 + x == 1 ? x : Math.Log(1 + x) * x / (1 + x - 1);

    /// <summary>2/sqrt(π)·e^-x²·Σ 2^n x^(2n+1)/(2n+1)!!, all terms of one sign.</summary>
    private static double ExactErf(double x)
    {
        if (Math.Abs(x) > 5) { return Math.Sign(x); }
        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++) { term *= 2 * x * x / (2 * n + 1); sum += term; }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
