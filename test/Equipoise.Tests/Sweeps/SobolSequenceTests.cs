using Equipoise.Engine.Randomness;
using Equipoise.Sweeps;

namespace Equipoise.Tests.Sweeps;

public sealed class SobolSequenceTests
{
    private static readonly RandomStream Scrambling = new RandomStream(5).Derive("test");

    [Fact]
    public void First_points_are_those_of_the_definition()
    {
        // By hand, from the direction numbers 1/2, 1/4, 1/8 and 1/2, 3/4, 5/8.
        (double, double)[] expected = [(0, 0), (0.5, 0.5), (0.25, 0.75), (0.75, 0.25), (0.125, 0.625), (0.625, 0.125), (0.375, 0.375), (0.875, 0.875)];
        Assert.Equal(expected, Enumerable.Range(0, 8).Select(i => (SobolSequence.At((uint)i, 0), SobolSequence.At((uint)i, 1))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_axis_has_one_of_the_first_points_in_each_part(bool scrambled)
    {
        for (int d = 0; d < SobolSequence.Dimensions; d++)
        {
            for (int parts = 1; parts <= 1024; parts *= 2)
            {
                var hit = Enumerable.Range(0, parts).Select(i => (int)(At(i, d, scrambled) * parts)).ToHashSet();
                Assert.Equal(parts, hit.Count);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_axes_have_one_of_256_points_in_each_box_of_any_shape(bool scrambled)
    {
        for (int width = 1; width <= 256; width *= 2)
        {
            var hit = Enumerable.Range(0, 256).Select(i => ((int)(At(i, 0, scrambled) * width), (int)(At(i, 1, scrambled) * (256 / width)))).ToHashSet();
            Assert.Equal(256, hit.Count);
        }
    }

    [Fact]
    public void Sixteen_axes_have_one_of_65536_points_in_each_corner()
    {
        // Sobol's property A: the 2^16 halves of all axes each hold exactly one point. A wrong starting number would break it.
        var hit = new bool[1 << 16];
        for (int i = 0; i < hit.Length; i++)
        {
            int corner = 0;
            for (int d = 0; d < 16; d++) corner = (corner << 1) | (SobolSequence.At((uint)i, d) >= 0.5 ? 1 : 0);
            hit[corner] = true;
        }
        Assert.DoesNotContain(false, hit);
    }

    [Fact]
    public void Scrambling_depends_on_the_stream_and_the_axis()
    {
        Assert.NotEqual(At(3, 0, true), SobolSequence.Scrambled(3, 0, new RandomStream(6)));
        Assert.NotEqual(SobolSequence.Scrambled(0, 0, Scrambling), SobolSequence.Scrambled(0, 1, Scrambling));
        Assert.Equal(At(3, 7, true), At(3, 7, true));
    }

    private static double At(int i, int d, bool scrambled) => scrambled ? SobolSequence.Scrambled((uint)i, d, Scrambling) : SobolSequence.At((uint)i, d);
}
