namespace Equipoise.Benchmarks.Tests;

public class StatisticsTests
{
    private const double Rounding = 1e-12;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(0.5)]
    public void Exponent_of_a_power_is_that_power(double power)
        => Assert.Equal(power, Statistics.Exponent([.. ((double[])[1, 3, 8, 100]).Select(x => (x, 7 * Math.Pow(x, power)))]), Rounding);

    [Fact]
    public void Exponent_of_one_point_is_unknown() => Assert.Equal(double.NaN, Statistics.Exponent([(2, 3)]));

    [Fact]
    public void Median_of_an_even_count_lies_between_the_middle_two() => Assert.Equal(2.5, Statistics.Median([4, 1, 3, 2]));

    [Fact]
    public void Median_leaves_out_what_was_not_measured() => Assert.Equal(3, Statistics.Median([double.NaN, 3, 9, 1]));

    [Fact]
    public void Median_of_nothing_is_unknown() => Assert.Equal(double.NaN, Statistics.Median([]));

    [Fact]
    public void Relative_difference_is_measured_by_the_greater_number()
    {
        Assert.Equal(0.5, Statistics.RelativeDifference(1, -0.5 + 1));
        Assert.Equal(2, Statistics.RelativeDifference(1, -1));
        Assert.Equal(0, Statistics.RelativeDifference(0, 0));
    }
}
