using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class PoolingTests
{
    // Two by two, and a window with one tap less.
    private static readonly int[][] Windows = [[0, 1, 6, 7], [0, 1, 7]];

    public static TheoryData<int> Channels() => [.. Enumerable.Range(1, 26)];

    [Theory, MemberData(nameof(Channels))]
    public void Maxima_and_their_gradients_have_the_bits_of_the_plain_loops(int channels)
    {
        foreach (var pixels in Windows)
        {
            int[] taps = [.. pixels.Select(pixel => pixel * channels)];
            for (var count = 1; count <= 3; count++)
            {
                int step = 2 * channels;
                float[] x = Image(((count - 1) * step) + taps[^1] + channels), g = Samples.Normal(count * channels, 2), start = Samples.Normal(x.Length + 1, 3);
                float[] expected = Samples.Normal((count * channels) + 1, 4), y = [.. expected];
                for (var i = 0; i < count * channels; i++) { expected[i] = taps.Select(tap => x[Place(i, tap)]).Aggregate(MathF.Max); }
                Pooling.Maximum(x, taps, count, step, y, channels);
                Samples.AssertSameBits(expected, y);
                foreach (var accumulate in new[] { false, true })
                {
                    float[] expectedGradient = [.. start], gradient = [.. start];
                    for (var i = 0; i < count * channels; i++)
                    {
                        var left = g[i];
                        foreach (var tap in taps)
                        {
                            var given = x[Place(i, tap)] == y[i] ? left : 0;
                            ref var place = ref expectedGradient[Place(i, tap)];
                            place = accumulate ? place + given : given;
                            left = x[Place(i, tap)] == y[i] ? 0 : left;
                        }
                    }
                    Pooling.MaximumGradient(x, taps, count, step, y, g, gradient, channels, accumulate);
                    Samples.AssertSameBits(expectedGradient, gradient);
                }

                int Place(int item, int tap) => (item / channels * step) + tap + (item % channels);
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] x = new float[200], y = new float[40], dx = new float[200];
        int[] taps = [0, 10, 100, 110];
        var before = 0L;
        for (var turn = 0; turn < 2; turn++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            Pooling.Maximum(x, taps, 4, 20, y, 10);
            Pooling.MaximumGradient(x, taps, 4, 20, y, y, dx, 10, accumulate: false);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // Numbers many of which are equal, zeros of both signs, infinities and NaN.
    private static float[] Image(int length)
    {
        float[] some = [-0f, 0, 1, -1, 2, float.NegativeInfinity, -0f, 0, float.NaN, -2, float.PositiveInfinity, 0, -0f];
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(_ => some[random.Next(some.Length)])];
    }
}
