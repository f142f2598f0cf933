using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class WeightedRowsTests
{
    public static TheoryData<int> Lengths => [0, 1, 7, 8, 9, 15, 16, 17, 33, 255, 257];

    [Theory, MemberData(nameof(Lengths))]
    public void Fast_form_has_the_bits_of_the_plain_one(int length)
    {
        const int Rows = 3, Gap = 5;
        int stride = length + Gap;
        float[] x = [.. Enumerable.Range(0, Rows * stride).Select(i => (float)Math.Sin(i * 1.7) * (1 + (i % 5)))];
        double[] weights = [0.3, 0, -1.9];
        foreach (bool adds in new[] { false, true })
        {
            float[] fast = [.. Enumerable.Range(0, length).Select(i => (float)Math.Cos(i))], plain = [.. fast];
            WeightedRows.Add(x, stride, weights, fast, adds);
            WeightedRows.Plain(x, stride, weights, plain, 0, adds);
            Assert.Equal(plain, fast);
        }
    }

    [Fact]
    public void Rows_of_weight_0_are_left_out_even_where_they_are_not_finite()
    {
        float[] x = [.. Enumerable.Repeat(float.NaN, 9), .. Enumerable.Repeat(2f, 9)];
        var y = new float[9];
        WeightedRows.Add(x, 9, [0, 3], y, adds: false);
        Assert.All(y, v => Assert.Equal(6, v));
    }
}
