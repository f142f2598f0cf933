using Equipoise.Engine.Randomness;
using Equipoise.Sweeps;

namespace Equipoise.Tests.Sweeps;

/// <summary>The problem of two parameters and two losses by which balancing methods are shown: its front is known, and so is the minimum of the mean, f(0, −8.355) = (−15.0916, −15.0916).</summary>
public sealed class TwoValleysTests
{
    private const double BestMean = -15.0916, Close = 0.05;

    [Fact]
    public void Nsga2_finds_the_front_with_the_minimum_of_the_mean()
    {
        var space = new SweepSpace([new RangeDimension("x1", -10, 10), new RangeDimension("x2", -10, 10)]);
        var sampler = new Nsga2Sampler(24);
        var known = new List<SweepPoint>();
        while (known.Count < 1200)
        {
            var next = sampler.Next(space, known, 24, new RandomStream(3));
            known.AddRange(next.Select(p => new SweepPoint(p, Losses(((RangeDimension)space.Dimensions[0]).Value(p[0]), ((RangeDimension)space.Dimensions[1]).Value(p[1])), true)));
        }
        double[][] costs = [.. known.Select(p => p.Costs!.ToArray())];
        int[] front = ParetoFront.Of(costs);
        Assert.Equal(BestMean, front.Min(i => costs[i].Average()), Close);
        // The front is the line x2 ≈ −8.4 between the minima of the two, and everything on it is near that line.
        Assert.All(front, i => Assert.InRange(((RangeDimension)space.Dimensions[1]).Value(known[i].Coordinates[1]), -10, -6.5));
        Assert.True(front.Length > 20);
        Assert.Equal(Losses(7, -8.43)[0], front.Min(i => costs[i][0]), Close);
        Assert.Equal(Losses(-7, -8.43)[1], front.Min(i => costs[i][1]), Close);
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

    // Plain descent with slopes by differences, from the bowl of both; far from the valleys the losses are smooth.
    private static double[] Descend(double[] weights)
    {
        const double Step = 0.05, Small = 1e-5;
        double x1 = -8.5, x2 = -5;
        double Sum(double a, double b) => (weights[0] * Losses(a, b)[0]) + (weights[1] * Losses(a, b)[1]);
        for (int i = 0; i < 4000; i++)
        {
            double d1 = (Sum(x1 + Small, x2) - Sum(x1 - Small, x2)) / (2 * Small), d2 = (Sum(x1, x2 + Small) - Sum(x1, x2 - Small)) / (2 * Small);
            (x1, x2) = (x1 - (Step * d1), x2 - (Step * d2));
        }
        return Losses(x1, x2);
    }

    private static double[] Losses(double x1, double x2)
    {
        const double Least = 5e-6;
        double h1 = Math.Log(Math.Max(Math.Abs((0.5 * (-x1 - 7)) - Math.Tanh(-x2)), Least)) + 6, h2 = Math.Log(Math.Max(Math.Abs((0.5 * (-x1 + 3)) + Math.Tanh(-x2) + 2), Least)) + 6;
        double c1 = Math.Max(Math.Tanh(0.5 * x2), 0), c2 = Math.Max(Math.Tanh(-0.5 * x2), 0), below = 0.1 * (-x2 - 8) * (-x2 - 8);
        double q1 = ((((-x1 + 7) * (-x1 + 7)) + below) / 10) - 20, q2 = ((((-x1 - 7) * (-x1 - 7)) + below) / 10) - 20;
        return [(h1 * c1) + (q1 * c2), (h2 * c1) + (q2 * c2)];
    }
}
