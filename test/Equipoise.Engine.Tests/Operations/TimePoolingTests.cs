using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class TimePoolingTests
{
    private static readonly float[] Mask = [1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1];

    [Theory]
    [InlineData("mean", false, 3), InlineData("mean", true, 9), InlineData("max", false, 3), InlineData("max", true, 9), InlineData("last", false, 3), InlineData("last", true, 9), InlineData("zero", true, 9), InlineData("reverse", false, 9)]
    public void Gradients_agree_with_differences(string kind, bool masked, int width)
    {
        Operation operation = kind switch { "mean" => new MeanOverTime(), "max" => new MaxOverTime(), "last" => new LastOverTime(), "zero" => new ZeroMasked(), _ => new ReverseTime() };
        List<Feed> feeds = [Feed.Variable(new Shape(3, width))];
        if (masked) feeds.Add(Feed.Constant(new Shape(3), Mask));
        FiniteDifferences.Check(feeds, (graph, nodes) => graph.Add("operation", operation, [.. nodes]), new() { Rows = 4, Draw = kind == "max" ? FiniteDifferences.Spread : null });
    }

    [Fact]
    public void Masked_steps_do_not_count_and_no_step_gives_zero()
    {
        float[] x = [1, -5, 100, 100, 3, -1, 7, 7, 7, 7, 7, 7];
        Assert.Equal([2, -3, 0, 0], Run(new MeanOverTime(), x));
        Assert.Equal([3, -1, 0, 0], Run(new MaxOverTime(), x));
        Assert.Equal([3, -1, 0, 0], Run(new LastOverTime(), x));
        Assert.Equal([1, -5, 0, 0, 3, -1, 0, 0, 0, 0, 0, 0], Run(new ZeroMasked(), x));
    }

    [Fact]
    public void Largest_of_negative_numbers_is_negative_and_nan_stays()
    {
        Assert.Equal([-1, float.NaN], Run(new MaxOverTime(), [-1, 2, 0, 0, -3, float.NaN, 0, 0, 0, 0, 0, 0])[..2]);
        Assert.Equal([-1, float.NaN], Run(new MaxOverTime(), [-1, float.NaN, 0, 0, -3, 2, 0, 0, 0, 0, 0, 0])[..2]);
    }

    [Fact]
    public void Step_of_nothing_but_the_value_is_masked()
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(3, 2), [0, 0, 0, 1, -1, 0])], (graph, nodes) => graph.Add("mask", new NotValueMask(0), nodes[0]), rows: 1, Mode.Inference);
        probe.Run();
        Assert.Equal([0, 1, 1], probe.Outputs[0]);
    }

    // Two rows of [3, 2]; the first keeps steps 0 and 2, the second none.
    private static float[] Run(Operation operation, float[] x)
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(3, 2), x), Feed.Constant(new Shape(3), Mask)], (graph, nodes) => graph.Add("operation", operation, [.. nodes]), rows: 2, Mode.Inference);
        probe.Run();
        return probe.Outputs[0];
    }
}
