using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class SoftmaxTests
{
    private const float Inf = float.PositiveInfinity;
    /// <summary>A few roundings of exp, sum and quotient.</summary>
    private const double Tolerance = 5e-7;

    public static TheoryData<int> Widths() => [.. Enumerable.Range(1, 33), 255, 256, 257];

    [Theory, MemberData(nameof(Widths))]
    public void Rows_agree_with_double_precision(int width)
    {
        const int rows = 3;
        var x = Samples.Normal(rows * width, 1).Select(v => 4 * v).ToArray();
        var y = new float[rows * width];
        var logSums = new float[rows];
        Softmax.Rows(x, y, rows, width);
        Softmax.LogSumExpRows(x, rows, width, logSums);
        for (var row = 0; row < rows; row++)
        {
            var part = x.AsSpan(row * width, width).ToArray();
            var sum = part.Sum(v => Math.Exp(v));
            for (var i = 0; i < width; i++) { Assert.Equal(1, y[row * width + i] / (Math.Exp(part[i]) / sum), 2e-6); }
            Assert.Equal(Math.Log(sum), logSums[row], 2e-6);
        }
        var inPlace = x.ToArray();
        Softmax.Rows(inPlace, inPlace, rows, width);
        Samples.AssertSameBits(y, inPlace);
    }

    [Theory, MemberData(nameof(Widths))]
    public void A_row_has_the_same_bits_alone_and_among_others(int width)
    {
        var x = Samples.Normal(5 * width, 2);
        x[width] = float.NaN;
        x[4 * width] = Inf;
        var all = new float[x.Length];
        Softmax.Rows(x, all, 5, width);
        for (var row = 0; row < 5; row++)
        {
            var one = new float[width];
            Softmax.Row(x.AsSpan(row * width, width), one);
            Samples.AssertSameBits(all.AsSpan(row * width, width), one);
        }
    }

    [Fact]
    public void Huge_numbers_do_not_overflow()
    {
        AssertRow([1e30f, 0, -1e30f], [1, 0, 0], 1e30f);
        AssertRow([1000, 1000], [0.5f, 0.5f], 1000 + MathF.Log(2));
        AssertRow([-1000, -1000], [0.5f, 0.5f], -1000 + MathF.Log(2));
    }

    [Fact]
    public void Infinities_and_nan_are_sensible()
    {
        AssertRow([Inf, 3, Inf, -Inf], [0.5f, 0, 0.5f, 0], Inf);
        AssertRow([-Inf, -Inf], [0, 0], -Inf);
        AssertRow([-Inf, 2], [0, 1], 2);
        AssertRow([float.NaN, 2], [float.NaN, float.NaN], float.NaN);
        AssertRow([float.NaN, Inf], [float.NaN, float.NaN], float.NaN);
        AssertRow([], [], -Inf);
    }

    [Theory, MemberData(nameof(Widths))]
    public void Gradient_agrees_with_the_full_jacobian(int width)
    {
        var y = new float[width];
        Softmax.Row(Samples.Normal(width, 3), y);
        var dy = Samples.Normal(width, 4);
        var start = Samples.Normal(width, 5);
        var dx = start.ToArray();
        Softmax.AddGradientRows(y, dy, dx, 1, width);
        for (var i = 0; i < width; i++)
        {
            var exact = (double)start[i];
            for (var j = 0; j < width; j++) { exact += dy[j] * (double)y[j] * ((i == j ? 1 : 0) - (double)y[i]); }
            Assert.Equal(exact, dx[i], Tolerance);
        }
    }

    private static void AssertRow(float[] x, float[] expected, float logSum)
    {
        var y = new float[x.Length];
        Softmax.Row(x, y);
        Samples.AssertSameBits(expected, y);
        Assert.Equal(logSum, Softmax.LogSumExp(x));
    }
}
