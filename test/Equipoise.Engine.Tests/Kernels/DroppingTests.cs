using Equipoise.Engine.Kernels;
using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Tests.Kernels;

public class DroppingTests
{
    [Theory, InlineData(0), InlineData(0.1), InlineData(0.5), InlineData(0.999999), InlineData(1)]
    public void Draws_are_those_of_the_stream(double rate)
    {
        var random = new RandomStream(5).Derive("dropping");
        foreach (int count in new[] { 1, 7, 8, 9, 200 })
        {
            var bits = new byte[Dropping.BytesOf(count)];
            Dropping.Draw(random, 1_000_003, rate, count, bits);
            for (int i = 0; i < count; i++) Assert.Equal(random.Uniform(1_000_003 + (ulong)i) >= rate, IsKept(bits, i));
        }
    }

    [Fact]
    public void A_draw_that_equals_the_rate_is_kept()
    {
        var random = new RandomStream(6);
        var bits = new byte[1];
        Dropping.Draw(random, 0, random.Uniform(3), 8, bits);
        Assert.True(IsKept(bits, 3));
        Dropping.Draw(random, 0, Math.BitIncrement(random.Uniform(3)), 8, bits);
        Assert.False(IsKept(bits, 3));
    }

    [Fact]
    public void Kept_numbers_are_scaled_and_others_are_nothing_even_if_they_are_not_numbers()
    {
        foreach (int count in new[] { 0, 1, 7, 8, 9, 31, 33 })
        {
            float[] x = [.. Enumerable.Range(0, count).Select(i => i % 5 == 2 ? float.NaN : i - 3.5f)], y = new float[count], sums = [.. x.Select((_, i) => (float)i)];
            byte[] bits = [0b10110001, 0b00001110, 0xFF, 0, 0xA5];
            Dropping.Keep(x, 1.25f, bits, y);
            Dropping.AddKept(x, 1.25f, bits, sums);
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(IsKept(bits, i) ? x[i] * 1.25f : 0, y[i]);
                Assert.Equal(i + (IsKept(bits, i) ? x[i] * 1.25f : 0), sums[i]);
            }
        }
    }

    [Fact]
    public void Too_few_bits_are_refused() => Assert.Throws<ArgumentException>(() => Dropping.Keep(new float[9], 1, new byte[1], new float[9]));

    private static bool IsKept(byte[] bits, int i) => (bits[i / 8] >> (i % 8) & 1) != 0;
}
