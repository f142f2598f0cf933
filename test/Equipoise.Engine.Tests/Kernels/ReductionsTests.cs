using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class ReductionsTests
{
    public static TheoryData<int> Lengths() => [.. Enumerable.Range(0, 34), 255, 256, 257, 1000];

    [Theory, MemberData(nameof(Lengths))]
    public void Sums_run_in_sixteen_lanes_and_a_fixed_fold(int length)
    {
        float[] x = Samples.Normal(length, 1), y = Samples.Normal(length, 2);
        Assert.Equal(Lanes(length, (sum, i) => sum + x[i]), Reductions.Sum(x));
        Assert.Equal(Lanes(length, (sum, i) => sum + Math.Abs(x[i])), Reductions.SumOfAbsolutes(x));
        Assert.Equal(Lanes(length, (sum, i) => MathF.FusedMultiplyAdd(x[i], x[i], sum)), Reductions.SumOfSquares(x));
        Assert.Equal(Lanes(length, (sum, i) => MathF.FusedMultiplyAdd(x[i], y[i], sum)), Reductions.Dot(x, y));
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Double_sums_run_in_the_same_lanes(int length)
    {
        float[] x = Samples.Normal(length, 3), y = Samples.Normal(length, 4);
        Assert.Equal(LanesDouble(length, i => x[i]), Reductions.SumDouble(x));
        Assert.Equal(LanesDouble(length, i => Math.Abs(x[i])), Reductions.SumOfAbsolutesDouble(x));
        Assert.Equal(LanesDouble(length, i => (double)x[i] * x[i]), Reductions.SumOfSquaresDouble(x));
        Assert.Equal(LanesDouble(length, i => (double)x[i] * y[i]), Reductions.DotDouble(x, y));
        // The order is not what makes the sum right: compare with a plain one too.
        Assert.Equal(x.Sum(v => (double)v), Reductions.SumDouble(x), 1e-11);
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Products_by_fours_run_in_the_same_lanes_and_are_nearly_as_exact(int length)
    {
        const double Tolerance = 3e-7;                         // four roundings of single precision
        float[] x = Samples.Normal(length, 8), y = Samples.Normal(length, 9);
        var lanes = new double[16];
        for (int run = 0; run < length; run += 64)
        {
            for (int lane = 0; lane < 16; lane++)
            {
                float four = 0;
                for (int i = run + lane; i < Math.Min(run + 64, length); i += 16) four = MathF.FusedMultiplyAdd(x[i], y[i], four);
                lanes[lane] += four;
            }
        }
        double Fold(int l) => lanes[l] + lanes[l + 8] + (lanes[l + 4] + lanes[l + 12]);
        Assert.Equal(Fold(0) + Fold(2) + (Fold(1) + Fold(3)), Reductions.DotByFours(x, y));
        Assert.Equal(Reductions.DotDouble(x, y), Reductions.DotByFours(x, y), Tolerance * (1e-30 + x.Zip(y, (a, b) => Math.Abs((double)a * b)).Sum()));
    }

    [Theory, InlineData(64, 9), InlineData(640, 4), InlineData(128, 3), InlineData(100, 5), InlineData(0, 2), InlineData(64, 0)]
    public void Dots_of_several_rows_have_the_bits_of_each_by_itself(int length, int rows)
    {
        int stride = length + 3;
        float[] x = Samples.Normal(length, 5), y = Samples.Normal((rows * stride) + 1, 6);
        var found = new double[rows];
        Reductions.DotsByFours(x, y, stride, found);
        for (int k = 0; k < rows; k++) Assert.Equal(Reductions.DotByFours(x, y.AsSpan(k * stride, length)), found[k]);
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Max_finds_the_greatest_wherever_it_stands(int length)
    {
        var x = Samples.Normal(length, 5).Select(v => v - 10).ToArray();
        Assert.Equal(x.Append(float.NegativeInfinity).Max(), Reductions.Max(x));
        for (var i = 0; i < length; i++)
        {
            var kept = x[i];
            x[i] = 3;
            Assert.Equal(3, Reductions.Max(x));
            x[i] = float.NaN;
            Assert.True(float.IsNaN(Reductions.Max(x)));
            x[i] = kept;
        }
    }

    [Fact]
    public void Nan_and_infinity_spread()
    {
        var x = Samples.Normal(37, 6);
        x[36] = float.PositiveInfinity;
        Assert.Equal(float.PositiveInfinity, Reductions.Sum(x));
        Assert.Equal(double.PositiveInfinity, Reductions.SumDouble(x));
        x[3] = float.NegativeInfinity;
        Assert.True(float.IsNaN(Reductions.Sum(x)));
        Assert.Equal(float.PositiveInfinity, Reductions.SumOfSquares(x));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(10, 33)]
    [InlineData(100, 75)]
    public void Column_sums_add_rows_in_order_and_leave_other_columns_alone(int rows, int columns)
    {
        var stride = columns + 3;
        var x = Samples.Normal(rows * stride, 7);
        foreach (var accumulate in new[] { false, true })
        {
            int first = columns / 5, count = columns - first - columns / 6;
            var sums = Samples.Normal(columns, 8);
            var expected = sums.ToArray();
            for (var column = first; column < first + count; column++)
            {
                var sum = accumulate ? expected[column] : 0;
                for (var row = 0; row < rows; row++) { sum += x[row * stride + column]; }
                expected[column] = sum;
            }
            Reductions.ColumnSums(x, stride, rows, first, count, sums, accumulate);
            Samples.AssertSameBits(expected, sums);
        }
    }

    [Fact]
    public void Column_sums_refuse_short_buffers()
    {
        Assert.Equal("sums", Assert.Throws<ArgumentException>(() => Reductions.ColumnSums(new float[8], 4, 2, 2, 2, new float[2], false)).ParamName);
        Assert.Equal("x", Assert.Throws<ArgumentException>(() => Reductions.ColumnSums(new float[7], 4, 2, 0, 4, new float[4], false)).ParamName);
    }

    private static float Lanes(int length, Func<float, int, float> add)
    {
        var lanes = new float[16];
        for (var i = 0; i < length; i++) { lanes[i % 16] = add(lanes[i % 16], i); }
        for (var half = 8; half > 0; half /= 2)
        {
            for (var lane = 0; lane < half; lane++) { lanes[lane] += lanes[lane + half]; }
        }
        return lanes[0];
    }

    private static double LanesDouble(int length, Func<int, double> term)
    {
        var lanes = new double[16];
        for (var i = 0; i < length; i++) { lanes[i % 16] += term(i); }
        for (var half = 8; half > 0; half /= 2)
        {
            for (var lane = 0; lane < half; lane++) { lanes[lane] += lanes[lane + half]; }
        }
        return lanes[0];
    }
}
