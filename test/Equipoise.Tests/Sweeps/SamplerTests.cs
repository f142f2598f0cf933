using Equipoise.Configs;
using Equipoise.Engine.Randomness;
using Equipoise.Sweeps;

namespace Equipoise.Tests.Sweeps;

public sealed class SamplerTests
{
    private static readonly RandomStream Stream = new(7);

    private static SweepSpace Mixed { get; } = new([new RangeDimension("rate", 1e-4, 1e-2, Log: true), new ChoiceDimension("loss", ["mse", "mae", "huber"]), new WeightDimension(["a", "b", "c"], [1, 1, 1])]);

    [Theory]
    [InlineData("grid")]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("nsga2")]
    [InlineData("bayes")]
    public void Points_are_in_the_cube_differ_and_come_again_for_the_same_stream(string name)
    {
        var points = Walk(name, Mixed, 30, 1, Stream);
        Assert.Equal(name == "grid" ? 18 : 30, points.Count);      // 2 rates × 3 losses × 3 corners; 3 and 6 would be 54
        Assert.All(points, p => Assert.All(p.Coordinates, c => Assert.InRange(c, 0, 1)));
        Assert.Equal(points.Count, points.Select(p => string.Join(';', Mixed.At([.. p.Coordinates]))).Distinct().Count());
        Assert.Equal(points.Select(p => p.Coordinates), Walk(name, Mixed, 30, 1, Stream).Select(p => p.Coordinates));
        if (name != "grid") Assert.NotEqual(points.Select(p => p.Coordinates), Walk(name, Mixed, 30, 1, new RandomStream(8)).Select(p => p.Coordinates));
    }

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("bayes")]
    public void Points_asked_for_in_parts_are_those_asked_for_at_once(string name)
        => Assert.Equal(Walk(name, Mixed, 30, 30, Stream).Select(p => p.Coordinates), Walk(name, Mixed, 30, 7, Stream).Select(p => p.Coordinates));

    [Theory]
    [InlineData("grid")]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("nsga2")]
    [InlineData("bayes")]
    public void A_small_space_is_used_up_and_then_nothing_comes(string name)
    {
        var space = new SweepSpace([new ChoiceDimension("a", ["1", "2"]), new ChoiceDimension("b", ["1", "2", "3"])]);
        Assert.Equal(6, Walk(name, space, 50, 50, Stream).Count);
    }

    [Fact]
    public void A_grid_has_both_ends_and_all_combinations()
    {
        var space = new SweepSpace([new RangeDimension("x", 0, 1), new RangeDimension("n", 1, 3, Whole: true)]);
        string[] changes = [.. Walk("grid", space, 9, 9, Stream).Select(p => string.Join(' ', space.At([.. p.Coordinates]).Select(c => c.Value)))];
        Assert.Equal(["0 1", "0 2", "0 3", "0.5 1", "0.5 2", "0.5 3", "1 1", "1 2", "1 3"], changes);
    }

    [Fact]
    public void A_grid_of_weights_is_a_lattice()
    {
        var weights = new SweepSpace([new WeightDimension(["a", "b", "c"], [1, 1, 1], 0)]);
        var points = Walk("grid", weights, 12, 12, Stream).Select(p => string.Join(' ', weights.At([.. p.Coordinates]).Select(c => c.Value))).ToList();
        Assert.Equal(10, points.Count);                        // thirds: 3 corners, 6 on edges, the middle
        Assert.Contains("3 0 0", points);
        Assert.Contains("1 1 1", points);
    }

    [Fact]
    public void A_grid_that_cannot_be_had_is_refused()
    {
        var space = new SweepSpace([.. Enumerable.Range(0, 6).Select(i => new RangeDimension($"x{i}", 0, 1))]);
        Assert.Contains("at least 64 points", Assert.Throws<ConfigException>(() => new GridSampler().Next(space, [], 63, Stream)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sobol_has_sixteen_coordinates_at_the_most()
        => Assert.Contains("16", Assert.Throws<ConfigException>(() => new SobolSampler().Next(new SweepSpace([.. Enumerable.Range(0, 17).Select(i => new RangeDimension($"x{i}", 0, 1))]), [], 1, Stream)).Message, StringComparison.Ordinal);

    [Fact]
    public void Generations_wait_for_results_and_leave_out_what_diverged()
    {
        var sampler = new Nsga2Sampler(4);
        var space = new SweepSpace([new RangeDimension("x", 0, 1), new RangeDimension("y", 0, 1)]);
        var first = sampler.Next(space, [], 10, Stream);
        Assert.Equal(4, first.Count);
        Assert.Throws<InvalidOperationException>(() => sampler.Next(space, [.. first.Select(p => new SweepPoint(p, null, false))], 4, Stream));
        // All but two diverged: their children lie around these two.
        var known = first.Select((p, i) => new SweepPoint(p, i < 2 ? [p[0], p[1]] : null, true)).ToList();
        Assert.Equal(4, sampler.Next(space, known, 10, Stream).Count);
    }

    [Fact]
    public void Bayes_goes_on_though_almost_everything_diverged()
    {
        var sampler = new BayesSampler(6);
        var space = new SweepSpace([new RangeDimension("x", 0, 1), new ChoiceDimension("y", ["a", "b", "c"])]);
        var known = new List<SweepPoint>();
        for (int round = 0; round < 5; round++)
        {
            var next = sampler.Next(space, known, 6, Stream);
            Assert.NotEmpty(next);
            // Numbers come of b alone, and there only for small x.
            known.AddRange(next.Select(p => new SweepPoint(p, p[0] < 0.4 && (int)(p[1] * 3) == 1 ? [p[0], 1e12 * (1 - p[0])] : null, true)));
        }
        Assert.Equal(known.Count, known.Select(p => string.Join(';', space.At([.. p.Coordinates]))).Distinct().Count());
        Assert.Throws<InvalidOperationException>(() => sampler.Next(space, [.. known, new SweepPoint([0.5, 0.5], null, false)], 1, Stream));
    }

    [Fact]
    public void Bayes_finds_the_least_of_one_cost()
    {
        var sampler = new BayesSampler(6);
        var space = new SweepSpace([new RangeDimension("x", 0, 1), new RangeDimension("n", 1, 5, Whole: true)]);
        var known = new List<SweepPoint>();
        double Cost(double[] p) => Math.Pow(((RangeDimension)space.Dimensions[0]).Value(p[0]) - 0.31, 2) + Math.Abs(((RangeDimension)space.Dimensions[1]).Value(p[1]) - 4);
        while (known.Count < 24) known.AddRange(sampler.Next(space, known, 24, Stream).Select(p => new SweepPoint(p, [Cost(p)], true)));
        Assert.InRange(known.Min(p => p.Costs![0]), 0, 0.001);
    }

    // Asks and tells until there are enough points or none come; the costs are two distances.
    private static List<SweepPoint> Walk(string name, SweepSpace space, int count, int step, RandomStream stream)
    {
        var sampler = SweepSampler.Of(name, 6);
        var known = new List<SweepPoint>();
        while (known.Count < count)
        {
            // A grid is made for the number of points that is wanted in the end.
            var next = sampler.Next(space, known, name == "grid" ? count - known.Count : Math.Min(step, count - known.Count), stream);
            if (next.Count == 0) break;
            known.AddRange(next.Select(p => new SweepPoint(p, [p.Sum(), p.Sum(c => (1 - c) * (1 - c))], true)));
        }
        return known;
    }
}
