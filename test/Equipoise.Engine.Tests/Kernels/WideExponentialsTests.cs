using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public class WideExponentialsTests
{
    [Fact]
    public void Bits_are_those_of_the_narrow_forms()
    {
        if (!WideExponentials.IsSupported) return;
        foreach (float x in Numbers())
        {
            if (!(x > 0)) Same(Exponentials.Exp(x), WideExponentials.ExpOfNegative(Vector512.Create(x)), x);
            if (!(x < 1)) Same(Exponentials.Log(x), WideExponentials.LogFromOne(Vector512.Create(x)), x);
            Same(Exponentials.Sigmoid(x), WideExponentials.Sigmoid(Vector512.Create(x)), x);
            Same(Exponentials.Tanh(x), WideExponentials.Tanh(Vector512.Create(x)), x);
        }
    }

    private static void Same(float want, Vector512<float> have, float x)
    {
        for (int lane = 0; lane < Vector512<float>.Count; lane++)
        {
            bool same = float.IsNaN(want) ? float.IsNaN(have[lane]) : BitConverter.SingleToInt32Bits(want) == BitConverter.SingleToInt32Bits(have[lane]);
            Assert.True(same, $"{x:R}: {have[lane]:R} instead of {want:R} in lane {lane}");
        }
    }

    // Every exponent and sign with some fractions, and closely around the bounds of the formulas.
    private static IEnumerable<float> Numbers()
    {
        for (long bits = 0; bits < 1L << 32; bits += 65_521) yield return BitConverter.Int32BitsToSingle((int)bits);
        foreach (float centre in new[] { 0f, 0.3125f, 0.625f, 1, 1.41421356f, 2, 44.36f, 44.5f, 87.33f, 88.72f, 89, 103.97f, 104, float.MaxValue, float.PositiveInfinity, float.NaN })
        {
            foreach (float sign in new[] { -1f, 1f })
            {
                for (int i = -200; i <= 200; i++) yield return BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(sign * centre) + i);
            }
        }
    }
}
