using Equipoise.Engine.Randomness;
using Equipoise.Sweeps;

namespace Equipoise.Tests.Sweeps;

public sealed class HypervolumeTests
{
    // Sums of a few thousand products of numbers below 1.
    private const double Rounding = 1e-12;

    [Fact]
    public void Two_costs_by_hand()
    {
        // Steps of 3 × 1, 2 × 1 and 1 × 1.
        Assert.Equal(6, Hypervolume.Of([[2, 2], [3, 1], [1, 3]], [4, 4]), Rounding);
    }

    [Fact]
    public void Three_costs_by_hand()
    {
        Assert.Equal(6, Hypervolume.Of([[1, 2, 3]], [4, 4, 4]), Rounding);
        // 3·2·1 + 2·3·1, less what both cover, 2·2·1.
        Assert.Equal(8, Hypervolume.Of([[1, 2, 3], [2, 1, 3]], [4, 4, 4]), Rounding);
        // Three boxes of 1·2·2 around a common cube of 1: corners of 4 each; pairs share 2·1·1... by inclusion and exclusion 12 − 3·2 + 1.
        Assert.Equal(7, Hypervolume.Of([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [2, 2, 2]), Rounding);
    }

    [Fact]
    public void Nothing_and_points_at_or_beyond_the_reference_have_no_volume()
    {
        Assert.Equal(0, Hypervolume.Of([], [1, 1]));
        Assert.Equal(0, Hypervolume.Of([[1, 0], [0, 1], [2, 2]], [1, 1]));
        Assert.Equal(0.25, Hypervolume.Of([[0.5, 0.5], [1, 0]], [1, 1]), Rounding);
    }

    [Fact]
    public void Dominated_and_equal_points_change_nothing()
    {
        double[][] front = [[1, 3, 2], [2, 2, 1], [3, 1, 3]];
        double volume = Hypervolume.Of(front, [5, 5, 5]);
        Assert.Equal(volume, Hypervolume.Of([.. front, [3, 3, 3], [2, 2, 1]], [5, 5, 5]), Rounding);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Any_number_of_costs_agrees_with_inclusion_and_exclusion(int costs)
    {
        var random = new RandomStream((ulong)costs);
        for (int set = 0; set < 20; set++)
        {
            double[][] points = [.. Enumerable.Range(0, 1 + (set % 8)).Select(p => (double[])[.. Enumerable.Range(0, costs).Select(c => random.Uniform((ulong)((set * 100) + (p * 10) + c)))])];
            double expected = 0;
            for (int subset = 1; subset < 1 << points.Length; subset++)
            {
                double box = 1;
                for (int c = 0; c < costs; c++) box *= 1 - points.Where((_, p) => (subset >> p & 1) == 1).Max(p => p[c]);
                expected += int.PopCount(subset) % 2 == 1 ? box : -box;
            }
            Assert.Equal(expected, Hypervolume.Of(points, [.. Enumerable.Repeat(1.0, costs)]), Rounding * 100);
        }
    }
}
