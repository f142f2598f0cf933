using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class NoisyOrOverTimeTests
{
    [Theory]
    [InlineData(false, 3), InlineData(true, 9)]
    public void Gradients_agree_with_differences(bool masked, int width)
    {
        List<Feed> feeds = [Feed.Variable(new Shape(3, width))];
        if (masked) feeds.Add(Feed.Constant(new Shape(3), [1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1]));
        FiniteDifferences.Check(feeds, (graph, nodes) => graph.Add("operation", new NoisyOrOverTime(), [.. nodes]), new() { Rows = 4, Draw = (random, i) => 0.06f + (0.8f * (float)random.Uniform((ulong)i)) });
    }

    [Fact]
    public void Log_odds_are_those_of_at_least_one()
    {
        float[] x = [0.5f, 0, 1e-7f, 0.5f, 0, 2e-7f, 0, 0.999f, 3e-5f];
        float[] y = Run(x, [1, 1, 1]);
        Assert.Equal(Math.Log(0.75 / 0.25), y[0], 1e-6);
        Assert.Equal(Math.Log(0.999 / 0.001), y[1], 1e-4);
        Assert.Equal(Math.Log(3.03e-5), y[2], 1e-4);
    }

    [Fact]
    public void Certainty_is_held_and_nothing_kept_is_the_least()
    {
        float least = MathF.Round(MathF.Log(1e-6f), 4);
        Assert.Equal([least, least, least], Run([1, 1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 0]).Select(v => MathF.Round(v, 4)));
        float[] y = Run([1, -3, float.NaN, 1, 0, 0.5f, 7, 0, 0.5f], [1, 1, 1]);
        Assert.Equal(-least, y[0], 1e-4f);
        Assert.Equal(least, y[1], 1e-4f);
        Assert.Equal(float.NaN, y[2]);
    }

    private static float[] Run(float[] x, float[] mask)
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(3, 3), x), Feed.Constant(new Shape(3), mask)], (graph, nodes) => graph.Add("operation", new NoisyOrOverTime(), [.. nodes]), rows: 1, Mode.Inference);
        probe.Run();
        return probe.Outputs[0];
    }
}
