using Equipoise.Trials;

namespace Equipoise.Tests.Trials;

public sealed class StudentDistributionTests
{
    // The tables of every textbook, to their last digit.
    [Theory]
    [InlineData(0.95, 1, 12.706)]
    [InlineData(0.95, 2, 4.303)]
    [InlineData(0.95, 4, 2.776)]
    [InlineData(0.99, 4, 4.604)]
    [InlineData(0.90, 10, 1.812)]
    [InlineData(0.95, 30, 2.042)]
    [InlineData(0.999, 120, 3.373)]
    [InlineData(0.95, 1e6, 1.960)]
    public void Quantiles_are_those_of_the_tables(double confidence, double freedom, double expected)
        => Assert.Equal(expected, StudentDistribution.Quantile(confidence, freedom), 5e-4);

    [Fact]
    public void One_degree_of_freedom_is_the_cauchy_distribution()
        => Assert.Equal(Math.Tan(Math.PI * 0.98 / 2), StudentDistribution.Quantile(0.98, 1), 1e-8);
}
