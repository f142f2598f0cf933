using Equipoise.Engine.Kernels;
using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Tests.Kernels;

public class SoftmaxPartsTests
{
    [Fact]
    public void Rows_of_any_length_have_the_bits_of_the_formula_number_by_number()
    {
        for (int width = 0; width <= 70; width++)
        {
            foreach (float scale in new[] { 0f, 1, 30, 300 })
            {
                float[] x = Numbers(width, scale, width + (int)scale);
                Compare(x);
            }
        }

        Compare(Numbers(257, 3, 1));
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity), InlineData(3e38f), InlineData(-0f), InlineData(1e-40f)]
    public void Odd_numbers_have_the_bits_of_the_formula_wherever_they_are(float odd)
    {
        for (int width = 1; width <= 35; width++)
        {
            for (int at = 0; at < width; at++)
            {
                float[] x = Numbers(width, 2, at);
                x[at] = odd;
                Compare(x);
            }
        }
    }

    [Fact]
    public void A_row_without_a_number_that_counts_is_NaN()
    {
        var y = new float[19];
        var (largest, sum) = SoftmaxParts.Row(Enumerable.Repeat(float.NegativeInfinity, 19).ToArray(), y);
        Assert.Equal(float.NegativeInfinity, largest);
        Assert.Equal(float.NaN, sum);
        Assert.All(y, p => Assert.Equal(float.NaN, p));
    }

    [Fact]
    public void A_destination_of_another_length_is_refused() => Assert.Throws<ArgumentException>(() => SoftmaxParts.Row(new float[3], new float[2]));

    private static void Compare(float[] x)
    {
        var (largest, sum, y) = OneByOne(x);
        // What lies behind the row must stay.
        var have = new float[x.Length + 1];
        have[^1] = 7;
        Same([largest, sum], Pair(SoftmaxParts.Row(x, default)));
        Same([largest, sum], Pair(SoftmaxParts.Row(x, have.AsSpan(0, x.Length))));
        Same([.. y, 7], have);
        Same([largest, sum], Pair(SoftmaxParts.Narrow(x, have.AsSpan(0, x.Length))));
        Same([.. y, 7], have);
    }

    private static float[] Pair((float Largest, float Sum) parts) => [parts.Largest, parts.Sum];

    private static (float Largest, float Sum, float[] Y) OneByOne(float[] x)
    {
        float largest = float.NegativeInfinity;
        foreach (float number in x)
        {
            if (number > largest) largest = number;
        }

        var lanes = new float[8];
        float[] y = [.. x.Select(number => Exponentials.Exp(number - largest))];
        for (int i = 0; i < y.Length; i++) lanes[i % 8] += y[i];
        float sum = lanes[0] + lanes[4] + (lanes[2] + lanes[6]) + (lanes[1] + lanes[5] + (lanes[3] + lanes[7])), inverse = 1 / sum;
        return (largest, sum, [.. y.Select(e => e * inverse)]);
    }

    private static void Same(float[] want, float[] have)
    {
        Assert.Equal(want.Length, have.Length);
        for (int i = 0; i < want.Length; i++)
        {
            bool same = float.IsNaN(want[i]) ? float.IsNaN(have[i]) : BitConverter.SingleToInt32Bits(want[i]) == BitConverter.SingleToInt32Bits(have[i]) || (want[i] == 0 && have[i] == 0);
            Assert.True(same, $"number {i} of {want.Length} is {have[i]:R} instead of {want[i]:R}");
        }
    }

    private static float[] Numbers(int count, float scale, int seed)
    {
        var random = new RandomStream((ulong)seed);
        return [.. Enumerable.Range(0, count).Select(i => (float)(scale * ((2 * random.Uniform((ulong)i)) - 1)))];
    }
}
