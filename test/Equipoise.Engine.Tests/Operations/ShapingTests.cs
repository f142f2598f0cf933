using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class ShapingTests
{
    [Theory]
    [InlineData(new[] { 6 }, -1, 1, 3, false)]
    [InlineData(new[] { 4, 3 }, -1, -2, 2, false)]
    [InlineData(new[] { 4, 3 }, 0, -1, 1, true)]
    [InlineData(new[] { 4, 3 }, 0, 1, 2, false)]
    [InlineData(new[] { 2, 3, 2 }, 1, 0, 2, false)]
    public void Slice_gradients_agree_with_differences(int[] shape, int axis, int start, int length, bool drops)
        => FiniteDifferences.Check(new Shape(shape), (graph, x) => graph.Add("slice", new SliceRange(axis, start, length, drops), x));

    [Theory]
    [InlineData(new[] { 6 }, new[] { 2, 3 })]
    [InlineData(new[] { 2, 3 }, null)]
    public void Reshaping_gradients_agree_with_differences(int[] from, int[]? to)
        => FiniteDifferences.Check(new Shape(from), (graph, x) => graph.Add("reshape", new Reshaping(to is null ? null : new Shape(to)), x));

    [Fact]
    public void Last_step_of_a_sequence_is_its_last_vector()
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(3, 2), [1, 2, 3, 4, 5, 6])],
            (graph, nodes) => graph.Add("slice", new SliceRange(0, -1, 1, dropsAxis: true), nodes[0]), rows: 1, Mode.Inference);
        probe.Run();
        Assert.Equal([5f, 6], probe.Outputs[0]);
        Assert.Equal(new Shape(2), probe.Plan.Outputs[0].Shape);
    }

    [Theory]
    [InlineData(3, 2), InlineData(-5, 1), InlineData(0, 0)]
    public void Slice_beyond_the_axis_is_refused(int start, int length)
    {
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(new Shape(4)));
        Assert.Throws<ShapeException>(() => graph.Add("slice", new SliceRange(-1, start, length), x));
    }
}
