using Equipoise.Sweeps;

namespace Equipoise.Tests.Sweeps;

public sealed class FrontGainTests
{
    // The front is (0, 2), (1, 1), (2, 0); the reference (3, 3).
    private static FrontGain Gain() => new([[0, 2], [1, 1], [2, 0], [2, 2]], 0.5);

    [Theory]
    [InlineData(0.5, 1.5, 0.25)]
    [InlineData(0, 0, 3)]
    [InlineData(-1, 2, 1)]
    [InlineData(-1, 2.5, 0.5)]
    public void A_better_point_gains_the_volume_that_it_adds(double first, double second, double expected) => Assert.Equal(expected, Gain().Of([first, second]), 12);

    [Theory]
    [InlineData(1.25, 1.5, -0.25)]
    [InlineData(2.75, 2.75, -1.75)]
    [InlineData(-1, 3.5, -0.5)]
    public void A_worse_point_lacks_what_each_cost_would_have_to_fall(double first, double second, double expected) => Assert.Equal(expected, Gain().Of([first, second]), 12);

    [Fact]
    public void What_was_taken_in_gains_nothing_again()
    {
        var gain = Gain();
        gain.Add([0.5, 0.5]);
        Assert.Equal(0, gain.Of([0.5, 0.5]), 12);
        Assert.True(gain.Of([1, 1]) < 0);
    }
}
