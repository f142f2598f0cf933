using Equipoise.Sweeps;

namespace Equipoise.Tests.Sweeps;

public sealed class GaussianProcessTests
{
    private static readonly bool[] One = [false], Two = [false, false];

    [Fact]
    public void It_goes_through_the_values_of_a_smooth_function_and_is_right_between_them()
    {
        const double Close = 0.02;                             // a hundredth of the range of its values
        double[][] points = [.. Enumerable.Range(0, 9).Select(i => (double[])[i / 8.0])];
        static double F(double x) => Math.Sin(5 * x) + x;
        var process = GaussianProcess.Fit(points, [.. points.Select(p => F(p[0]))], One);
        for (double x = 0; x <= 1; x += 0.05) Assert.Equal(F(x), process.At([x]).Mean, Close);
        Assert.InRange(process.Noise, 0, 1e-3);
    }

    [Fact]
    public void It_is_surer_near_values_than_far_from_them()
    {
        var process = GaussianProcess.Fit([[0], [0.1], [0.2], [0.3]], [0, 0.5, -0.3, 0.4], One);
        double near = process.At([0.2]).Deviation, between = process.At([0.25]).Deviation, far = process.At([1]).Deviation;
        Assert.True(near < between && between < far);
        Assert.InRange(far * far, 0, process.Variance);
    }

    [Fact]
    public void Noise_is_told_from_the_function()
    {
        const double Deviation = 0.3;
        var stream = new Engine.Randomness.RandomStream(5);
        double[][] points = [.. Enumerable.Range(0, 60).Select(i => (double[])[i / 59.0])];
        var process = GaussianProcess.Fit(points, [.. points.Select((p, i) => (2 * p[0]) + (Deviation * stream.Normal((ulong)i)))], One);
        // 60 draws tell a deviation to some 10 %; the function is known to deviation / √(points about it).
        Assert.InRange(Math.Sqrt(process.Noise), 0.7 * Deviation, 1.3 * Deviation);
        for (double x = 0.1; x < 1; x += 0.1) Assert.InRange(process.At([x]).Mean - (2 * x), -0.25, 0.25);
    }

    [Fact]
    public void Without_noise_and_with_one_value_it_is_what_can_be_worked_out_by_hand()
    {
        // K is 1 + λ; the mean of the values is 3, so nothing pulls, and s² is nothing.
        var process = GaussianProcess.Fit([[0.5]], [3], One);
        Assert.Equal(3, process.At([0.9]).Mean);
        Assert.InRange(process.At([0.9]).Deviation, 0, 1e-5);
    }

    [Fact]
    public void A_coordinate_that_does_nothing_gets_a_long_reach()
    {
        var stream = new Engine.Randomness.RandomStream(3);
        double[][] points = [.. Enumerable.Range(0, 40).Select(i => (double[])[stream.Uniform((ulong)(2 * i)), stream.Uniform((ulong)((2 * i) + 1))])];
        var process = GaussianProcess.Fit(points, [.. points.Select(p => Math.Cos(6 * p[0]))], Two);
        double across = process.At([0.5, 0.05]).Mean - process.At([0.5, 0.95]).Mean, along = process.At([0.05, 0.5]).Mean - process.At([0.5, 0.5]).Mean;
        Assert.InRange(Math.Abs(across), 0, 0.05);
        Assert.InRange(along, 1.5, 2.2);                       // cos 0.3 − cos 3 = 1.95
    }

    [Fact]
    public void A_value_that_is_added_is_believed()
    {
        var process = GaussianProcess.Fit([[0], [0.5], [1]], [0, 1, 0], One);
        process.Add([0.75], 2);
        Assert.Equal(2, process.At([0.75]).Mean, 0.05);
        Assert.Equal(1, process.At([0.5]).Mean, 0.05);
    }

    [Fact]
    public void Of_values_without_an_order_each_is_as_far_from_each_other_one()
    {
        var process = GaussianProcess.Fit([[0], [0], [1], [2]], [5, 5.1, 1, 1.2], [true]);
        Assert.InRange(process.At([0]).Mean, 4, 5.2);
        Assert.Equal(process.At([3]).Mean, process.At([7]).Mean);
    }
}
