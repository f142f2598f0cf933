using Equipoise.Engine.Randomness;
using Equipoise.Sweeps;

namespace Equipoise.Tests.Sweeps;

public sealed class TwoValleysTests
{
    private const double BestMean = TwoValleys.BestMean, Close = 0.05;

    [Fact]
    public void Nsga2_finds_the_front_with_the_minimum_of_the_mean()
    {
        var known = TwoValleys.Search(new Nsga2Sampler(24), 1200, 3);
        double[][] costs = [.. known.Select(p => p.Costs!.ToArray())];
        int[] front = ParetoFront.Of(costs);
        Assert.Equal(BestMean, front.Min(i => costs[i].Average()), Close);
        // The front is the line x2 ≈ −8.4 between the minima of the two, and everything on it is near that line.
        Assert.All(front, i => Assert.InRange(TwoValleys.At(known[i].Coordinates).X2, -10, -6.5));
        Assert.True(front.Length > 20);
        Assert.Equal(TwoValleys.Losses(7, -8.43)[0], front.Min(i => costs[i][0]), Close);
        Assert.Equal(TwoValleys.Losses(-7, -8.43)[1], front.Min(i => costs[i][1]), Close);
    }

    [Fact]
    public void Weights_on_the_simplex_descend_to_a_front_with_the_known_optimum()
    {
        var weights = new WeightDimension(["f1", "f2"], [1, 1]);
        var points = new GridSampler().Next(new SweepSpace([weights]), [], 21, new RandomStream(1));
        double[][] costs = [.. points.Select(p => Descend(weights.Weights(p)))];
        Assert.Equal(21, ParetoFront.Of(costs).Length);        // every weight ends on the front, none better than another
        double[] middle = costs[ParetoFront.Knee(costs)!.Value];
        Assert.Equal(BestMean, middle[0], Close);              // equal weights: the minimum of the mean, and the knee of the convex front
        Assert.Equal(BestMean, middle[1], Close);
    }

    [Fact]
    public void Bayes_finds_more_of_the_front_than_chance_with_as_many_points()
    {
        const int Points = 24, Seeds = 10;
        double[] chance = [.. Enumerable.Range(1, Seeds).Select(s => Volume(TwoValleys.Search(new RandomSampler(), Points, (ulong)s)))];
        double[] bayes = [.. Enumerable.Range(1, Seeds).Select(s => Volume(TwoValleys.Search(new BayesSampler(), Points, (ulong)s)))];
        Assert.True(bayes.Zip(chance).Count(v => v.First > v.Second) >= Seeds - 1);
        // What is left to be found, of which chance leaves some 15 %, is less than half on the whole.
        Assert.True(2 * bayes.Average(v => 1 - v) < chance.Average(v => 1 - v));
    }

    [Fact]
    public void Bayes_finds_the_minimum_of_the_mean_and_both_ends()
    {
        double[][] costs = [.. TwoValleys.Search(new BayesSampler(), 40, 1).Select(p => p.Costs!.ToArray())];
        int[] front = ParetoFront.Of(costs);
        // Nothing of the front is farther than this from what 40 points found: the mean, and the least of each loss.
        const double Near = 0.25;
        Assert.Equal(BestMean, front.Min(i => costs[i].Average()), Near);
        Assert.Equal(TwoValleys.Losses(7, -8.43)[0], front.Min(i => costs[i][0]), Near);
        Assert.Equal(TwoValleys.Losses(-7, -8.43)[1], front.Min(i => costs[i][1]), Near);
    }

    // Share of the volume up to (0, 0) that the known front has.
    private static double Volume(List<SweepPoint> found)
    {
        double[][] best = [.. Enumerable.Range(0, 1401).Select(i => TwoValleys.Losses(-7 + (0.01 * i), -8.4))];
        return Hypervolume.Of([.. found.Select(p => p.Costs!.ToArray())], [0, 0]) / Hypervolume.Of(best, [0, 0]);
    }

    // Plain descent with slopes by differences, from the bowl of both; far from the valleys the losses are smooth.
    private static double[] Descend(double[] weights)
    {
        const double Step = 0.05, Small = 1e-5;
        double x1 = -8.5, x2 = -5;
        double Sum(double a, double b) => (weights[0] * TwoValleys.Losses(a, b)[0]) + (weights[1] * TwoValleys.Losses(a, b)[1]);
        for (int i = 0; i < 4000; i++)
        {
            double d1 = (Sum(x1 + Small, x2) - Sum(x1 - Small, x2)) / (2 * Small), d2 = (Sum(x1, x2 + Small) - Sum(x1, x2 - Small)) / (2 * Small);
            (x1, x2) = (x1 - (Step * d1), x2 - (Step * d2));
        }
        return TwoValleys.Losses(x1, x2);
    }
}
