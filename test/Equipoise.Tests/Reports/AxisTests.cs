using Equipoise.Reports.Charts;

namespace Equipoise.Tests.Reports;

public sealed class AxisTests
{
    private const double Rounding = 1e-9; // of places, which are computed in a few operations

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3, 7)]
    [InlineData(0.00123, 0.00125)]
    [InlineData(1e7, 3e9)]
    [InlineData(5, 5)]
    [InlineData(0, 0)]
    [InlineData(-1e-9, 1e-9)]
    public void Marks_are_a_few_round_numbers_within_the_ends(double low, double high)
    {
        var axis = new Axis([low, high, double.NaN], 300, 10);
        var marks = axis.Marks();
        Assert.InRange(marks.Count, 2, 12);
        Assert.All(marks, m => Assert.InRange(axis[m], 10 - Rounding, 300 + Rounding));
        Assert.InRange(axis[low], 10, 300);
        Assert.InRange(axis[high], 10, axis[low]);
        double step = marks[1] - marks[0], power = Math.Pow(10, Math.Floor(Math.Log10(step) + 1e-9));
        Assert.Contains(Math.Round(step / power, 6), (double[])[1, 2, 5, 10]);
    }

    [Fact]
    public void Equal_factors_are_equally_far_apart_on_a_logarithmic_axis()
    {
        var axis = new Axis([0.001, 10, -5, 0], 0, 100, logarithmic: true);
        Assert.Equal(axis[0.1] - axis[0.01], axis[1] - axis[0.1], Rounding);
        Assert.All(axis.Marks(), m => Assert.True(m > 0));
        Assert.InRange(axis[0.001], 0, 10);
    }

    [Fact]
    public void Zero_is_at_the_end_of_an_axis_that_begins_there()
    {
        var axis = new Axis([2, 8], 0, 100, zero: true);
        Assert.Equal(0, axis[0], Rounding);
        Assert.Contains(0.0, axis.Marks());
    }

    [Fact]
    public void Nothing_at_all_has_an_axis_too() => Assert.NotEmpty(new Axis([], 0, 100).Marks());
}
