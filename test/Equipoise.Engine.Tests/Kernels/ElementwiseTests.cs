using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class ElementwiseTests
{
    /// <summary>f(x) = x² + 1 in one rounding, f'(x) = 2x + 0·y; the padding of ends would show as ones.</summary>
    private readonly struct SquarePlusOne : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Vector256.FusedMultiplyAdd(x, x, Vector256<float>.One);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => x + x + (y - y);
    }

    public static TheoryData<int> Lengths() => [.. Enumerable.Range(0, 34), 255, 256, 257];

    [Theory, MemberData(nameof(Lengths))]
    public void Apply_and_its_gradient_follow_the_formula_and_stop_at_the_end(int length)
    {
        var x = Samples.Normal(length, 1);
        var y = Guarded(length);
        Elementwise.Apply(new SquarePlusOne(), x, y.AsSpan(0, length));
        Assert.Equal(x.Select(v => MathF.FusedMultiplyAdd(v, v, 1)), y.Take(length));
        AssertGuard(y, length);

        var g = Samples.Normal(length, 2);
        var d = Guarded(length);
        Samples.Normal(length, 3).CopyTo(d, 0);
        var expected = Enumerable.Range(0, length).Select(i => MathF.FusedMultiplyAdd(g[i], 2 * x[i], d[i])).ToArray();
        Elementwise.AddGradient(new SquarePlusOne(), x, y.AsSpan(0, length), g, d.AsSpan(0, length));
        Samples.AssertSameBits(expected, d.AsSpan(0, length));
        AssertGuard(d, length);
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Arithmetic_has_the_bits_of_the_plain_loops(int length)
    {
        float[] x = Samples.Normal(length, 4), y = Samples.Normal(length, 5), z = Samples.Normal(length, 6);
        if (length > 3) { (x[1], y[2], x[3]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity); }
        AssertLoop(z, target => Elementwise.Add(x, y, target), i => x[i] + y[i]);
        AssertLoop(z, target => Elementwise.Subtract(x, y, target), i => x[i] - y[i]);
        AssertLoop(z, target => Elementwise.Multiply(x, y, target), i => x[i] * y[i]);
        AssertLoop(z, target => Elementwise.AddTo(x, target), i => z[i] + x[i]);
        AssertLoop(z, target => Elementwise.AddScaled(x, 0.3f, target), i => MathF.FusedMultiplyAdd(0.3f, x[i], z[i]));
        AssertLoop(z, target => Elementwise.MultiplyAddTo(x, y, target), i => MathF.FusedMultiplyAdd(x[i], y[i], z[i]));
        AssertLoop(z, target => Elementwise.Scale(x, 0.3f, target), i => 0.3f * x[i]);
        AssertLoop(z, target => Elementwise.Scale(0.3f, target), i => 0.3f * z[i]);
        AssertLoop(z, target => Elementwise.ScaleOrZero(x, 0.3f, 0.2f, target), i => Math.Abs(0.3f * x[i]) < 0.2f ? 0 : 0.3f * x[i]);
        AssertLoop(z, target => Elementwise.Copy(x, target), i => x[i]);
        AssertLoop(z, target => Elementwise.Fill(4, target), _ => 4);
    }

    [Fact]
    public void Apply_works_in_place()
    {
        float[] x = [.. Enumerable.Range(0, 13).Select(n => (float)n)];
        Elementwise.Apply(new SquarePlusOne(), x, x);
        Assert.Equal(Enumerable.Range(0, 13).Select(n => (float)(n * n + 1)), x);
    }

    [Fact]
    public void Spans_of_other_lengths_are_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(() => Elementwise.Add(new float[3], new float[4], new float[3]));
        Assert.Equal("y", error.ParamName);
    }

    private static void AssertLoop(float[] start, Action<float[]> loop, Func<int, float> formula)
    {
        var actual = start.ToArray();
        loop(actual);
        Samples.AssertSameBits([.. Enumerable.Range(0, start.Length).Select(formula)], actual);
    }

    private static float[] Guarded(int length)
    {
        var numbers = new float[length + 8];
        numbers.AsSpan(length).Fill(77);
        return numbers;
    }

    private static void AssertGuard(float[] numbers, int length) => Assert.All(numbers.Skip(length), n => Assert.Equal(77, n));
}
