using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class NormalizationTests
{
    // Third derivatives of 1/√variance are large: a smaller step, and more room for what the float outputs round away.
    private static readonly FiniteDifferences.Options Close = new() { Rows = 6, Step = 0.01, Tolerance = 3e-3, Coordinates = 40 };

    [Theory]
    [InlineData(new[] { 3 }, true), InlineData(new[] { 18 }, true), InlineData(new[] { 4, 5 }, true), InlineData(new[] { 2, 3, 2 }, false)]
    public void Batch_gradients_agree_with_differences(int[] shape, bool learned)
    {
        var operation = Batch(shape[^1], learned);
        FiniteDifferences.Check(new Shape(shape), (graph, x) => graph.Add("batch", operation, x), Close);
    }

    [Fact]
    public void Batch_gradients_through_a_mask_agree_with_differences()
    {
        var operation = Batch(3, true);
        float[] mask = [.. Enumerable.Range(0, 6 * 4).Select(i => i % 4 <= i / 4 % 5 ? 1f : 0)];
        FiniteDifferences.Check([Feed.Variable(new Shape(4, 3)), Feed.Constant(new Shape(4), mask)], (graph, nodes) => graph.Add("batch", operation, nodes[0], nodes[1]), Close);
    }

    [Fact]
    public void Two_batch_normalizations_in_a_row_agree_with_differences()
    {
        NormalizeBatch first = Batch(4, true), second = Batch(4, true, "second/");
        var affine = new Affine(Samples.Parameter("kernel", 4, 4), null);
        FiniteDifferences.Check(new Shape(4), (graph, x) => graph.Add("second", second, graph.Add("affine", affine, graph.Add("first", first, x))), Close with { Tolerance = 1e-2 });
    }

    [Fact]
    public void Frozen_batch_gradients_agree_with_differences()
    {
        var operation = new NormalizeBatch(Samples.State("gamma", 1.5f, 3), Samples.State("beta", 0.5f, 3), Samples.State("mean", 0.2f, 3), Samples.State("variance", 2, 3), 0.9, 1e-3, usesMoving: true);
        FiniteDifferences.Check(new Shape(2, 3), (graph, x) => graph.Add("batch", operation, x));
    }

    [Fact]
    public void Training_moves_the_averages_and_inference_uses_them()
    {
        var operation = Batch(1, false, momentum: 0.75);
        using (var training = new GraphProbe([Feed.Variable(new Shape(1), [1, 3, 5, 7])], (graph, nodes) => graph.Add("batch", operation, nodes[0]), rows: 4, Mode.Training))
        {
            training.Run();
            // By hand: mean 4, biased variance 5; 0.75·0 + 0.25·4 and 0.75·1 + 0.25·5.
            Assert.Equal(1f, training.Store.ValuesOf(training.Parameter("mean"))[0]);
            Assert.Equal(2f, training.Store.ValuesOf(training.Parameter("variance"))[0]);
            Assert.Equal(-3 / Math.Sqrt(5.001), training.Outputs[0][0], 1e-6);
        }
        using var inference = new GraphProbe([Feed.Constant(new Shape(1), [1, 3])], (graph, nodes) => graph.Add("batch", operation, nodes[0]), rows: 2, Mode.Inference);
        inference.Run();
        Assert.Equal(1 / Math.Sqrt(1.001), inference.Outputs[0][0], 1e-6);
    }

    [Fact]
    public void Batch_of_equal_numbers_gives_zeros()
    {
        using var probe = new GraphProbe([Feed.Variable(new Shape(2), [7, -7, 7, -7])], (graph, nodes) => graph.Add("batch", Batch(2, false), nodes[0]), rows: 2, Mode.Training);
        probe.Run();
        Assert.All(probe.Outputs[0], y => Assert.Equal(0f, y));
    }

    [Theory]
    [InlineData(new[] { 5 }, 5, true, true), InlineData(new[] { 3, 18 }, 18, true, true), InlineData(new[] { 2, 3, 4 }, 12, true, true)]
    [InlineData(new[] { 6 }, 6, false, true), InlineData(new[] { 3, 4 }, 4, true, false), InlineData(new[] { 3, 4 }, 12, false, false)]
    public void Row_gradients_agree_with_differences(int[] shape, int length, bool learned, bool centers)
    {
        var operation = new NormalizeRows(length, learned ? Samples.Parameter("gamma", length) : null, learned ? Samples.Parameter("beta", length) : null, 1e-3, centers);
        FiniteDifferences.Check(new Shape(shape), (graph, x) => graph.Add("rows", operation, x), Close);
    }

    [Fact]
    public void Row_shape_that_does_not_end_in_the_length_is_refused()
    {
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(new Shape(3, 4)));
        Assert.Throws<ShapeException>(() => graph.Add("rows", new NormalizeRows(3, null, null, 1e-3), x));
    }

    private static NormalizeBatch Batch(int channels, bool learned, string prefix = "", double momentum = 0.9) => new(
        learned ? Samples.Parameter(prefix + "gamma", channels) : null, learned ? Samples.Parameter(prefix + "beta", channels) : null,
        Samples.State(prefix + "mean", 0, channels), Samples.State(prefix + "variance", 1, channels), momentum, 1e-3);
}
