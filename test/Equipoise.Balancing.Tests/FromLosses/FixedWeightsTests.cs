namespace Equipoise.Balancing.Tests.FromLosses;

public sealed class FixedWeightsTests
{
    [Fact]
    public void Weights_are_the_priorities_at_every_step()
    {
        double[] priorities = [1, 0.25, 0];
        var balancer = new FixedWeights().Start(3);
        var weights = new double[3];
        for (int step = 0; step < 3; step++)
        {
            balancer.Weigh(new BalancerInput { Priorities = priorities, Step = step }, weights);
            Assert.Equal(priorities, weights);
        }
    }

    [Fact]
    public void Catalogue_finds_it_by_name()
        => Assert.IsType<FixedWeights>(BalancerCatalog.Catalog.Find("fixed").Default);
}
