using Equipoise.Engine.Randomness;
using Equipoise.Sweeps;

namespace Equipoise.Tests.Sweeps;

public sealed class ParetoFrontTests
{
    [Fact]
    public void The_front_has_what_nothing_dominates()
    {
        double[][] costs = [[1, 4], [2, 2], [4, 1], [3, 3], [2, 4], [2, 2]];
        Assert.Equal([0, 1, 2, 5], ParetoFront.Of(costs));     // equal points stay both
        Assert.Equal([0, 0, 0, 1, 1, 0], ParetoFront.Ranks(costs));
        Assert.Equal([0, 1, 2], ParetoFront.Ranks([[1], [2], [3]]));
    }

    [Fact]
    public void Ranks_are_those_of_fronts_taken_away_one_by_one()
    {
        var random = new RandomStream(4);
        for (int width = 1; width <= 4; width++)
        {
            double[][] costs = [.. Enumerable.Range(0, 60).Select(p => (double[])[.. Enumerable.Range(0, width).Select(c => (double)random.Below((ulong)((p * 10) + c + (1000 * width)), 12))])];
            int[] ranks = ParetoFront.Ranks(costs);
            var left = Enumerable.Range(0, costs.Length).ToList();
            for (int rank = 0; left.Count > 0; rank++)
            {
                int[] front = [.. ParetoFront.Of([.. left.Select(i => costs[i])]).Select(i => left[i])];
                Assert.All(front, i => Assert.Equal(rank, ranks[i]));
                left.RemoveAll(front.Contains);
            }
        }
    }

    [Fact]
    public void Crowding_is_infinite_at_the_ends_and_the_gap_between()
    {
        double[] crowding = ParetoFront.Crowding([[0, 4], [1, 2], [4, 0]]);
        Assert.Equal([double.PositiveInfinity, (4.0 / 4) + (4.0 / 4), double.PositiveInfinity], crowding);
    }

    [Fact]
    public void The_knee_bulges_towards_the_ideal()
    {
        // On scales from 0 to 1: (0, 1), (0.2, 0.2), (0.5, 0.1), (1, 0).
        Assert.Equal(1, ParetoFront.Knee([[10, 100], [12, 20], [15, 10], [20, 0]]));
        Assert.Equal(0, ParetoFront.Knee([[3, 5]]));
        Assert.Null(ParetoFront.Knee([[0, 1], [1, 0]]));
        Assert.Null(ParetoFront.Knee([[0, 1], [0.6, 0.6], [1, 0]]));
        Assert.Null(ParetoFront.Knee([]));
        // Three costs: the one near the ideal of all.
        Assert.Equal(3, ParetoFront.Knee([[0, 1, 1], [1, 0, 1], [1, 1, 0], [0.2, 0.2, 0.2]]));
    }
}
