namespace Equipoise.Engine.Tests.Kernels;

/// <summary>Numbers to test kernels with, and the comparison of bits.</summary>
internal static class Samples
{
    public static float[] Normal(int count, int seed)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (var i = 0; i < count; i++) { numbers[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())); }
        return numbers;
    }

    /// <summary>Every NaN counts as the same; everything else, the sign of zero included, must agree to the bit.</summary>
    public static bool SameBits(float left, float right)
        => float.IsNaN(left) ? float.IsNaN(right) : BitConverter.SingleToInt32Bits(left) == BitConverter.SingleToInt32Bits(right);

    public static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (!SameBits(expected[i], actual[i])) { Assert.Fail($"At {i}: expected {expected[i]:R}, found {actual[i]:R}."); }
        }
    }
}
