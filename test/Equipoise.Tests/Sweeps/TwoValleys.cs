using Equipoise.Engine.Randomness;
using Equipoise.Sweeps;

namespace Equipoise.Tests.Sweeps;

/// <summary>The problem of two parameters and two losses by which balancing methods are shown: its front is known, and so is the minimum of the mean, f(0, −8.355) = (−15.0916, −15.0916).</summary>
internal static class TwoValleys
{
    public const double BestMean = -15.0916;

    public static SweepSpace Space { get; } = new([new RangeDimension("x1", -10, 10), new RangeDimension("x2", -10, 10)]);

    public static double[] Losses(double x1, double x2)
    {
        const double Least = 5e-6;
        double h1 = Math.Log(Math.Max(Math.Abs((0.5 * (-x1 - 7)) - Math.Tanh(-x2)), Least)) + 6, h2 = Math.Log(Math.Max(Math.Abs((0.5 * (-x1 + 3)) + Math.Tanh(-x2) + 2), Least)) + 6;
        double c1 = Math.Max(Math.Tanh(0.5 * x2), 0), c2 = Math.Max(Math.Tanh(-0.5 * x2), 0), below = 0.1 * (-x2 - 8) * (-x2 - 8);
        double q1 = ((((-x1 + 7) * (-x1 + 7)) + below) / 10) - 20, q2 = ((((-x1 - 7) * (-x1 - 7)) + below) / 10) - 20;
        return [(h1 * c1) + (q1 * c2), (h2 * c1) + (q2 * c2)];
    }

    /// <summary>The parameters at a point of the space.</summary>
    public static (double X1, double X2) At(IReadOnlyList<double> point) => (((RangeDimension)Space.Dimensions[0]).Value(point[0]), ((RangeDimension)Space.Dimensions[1]).Value(point[1]));

    /// <summary>Asks a sampler for points and tells it their losses, until there are enough.</summary>
    public static List<SweepPoint> Search(SweepSampler sampler, int points, ulong seed)
    {
        var known = new List<SweepPoint>();
        while (known.Count < points)
        {
            var next = sampler.Next(Space, known, points - known.Count, new RandomStream(seed));
            known.AddRange(next.Select(p => new SweepPoint(p, Losses(At(p).X1, At(p).X2), true)));
        }
        return known;
    }
}
