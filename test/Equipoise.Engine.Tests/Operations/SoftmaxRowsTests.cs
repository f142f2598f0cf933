using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class SoftmaxRowsTests
{
    [Theory]
    [InlineData("softmax", new[] { 1 }), InlineData("softmax", new[] { 5 }), InlineData("softmax", new[] { 3, 17 })]
    [InlineData("log_softmax", new[] { 1 }), InlineData("log_softmax", new[] { 5 }), InlineData("log_softmax", new[] { 3, 17 })]
    [InlineData("glu", new[] { 2 }), InlineData("glu", new[] { 3, 6 })]
    public void Gradients_agree_with_differences(string kind, int[] shape)
        => FiniteDifferences.Check(new Shape(shape), (graph, x) => graph.Add(kind, Create(kind), x));

    [Fact]
    public void Sparsemax_gradients_agree_with_differences()
    {
        // Two survive with τ = 0.2, and the third lies 0.2 below it: no difference crosses a bend.
        float[] row = [0.9f, 0.5f, -0.7f, 0.0f];
        FiniteDifferences.Check([Feed.Variable(new Shape(4), [.. Enumerable.Repeat(row, 7).SelectMany(r => r)])], (graph, nodes) => graph.Add("sparsemax", new SparsemaxRows(), nodes[0]));
    }

    [Fact]
    public void Gradients_through_a_mask_agree_with_differences()
        => FiniteDifferences.Check([Feed.Variable(new Shape(3)), Feed.Constant(new Shape(3), [1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1])],
            (graph, nodes) => graph.Add("softmax", new SoftmaxRows(), nodes[0], nodes[1]));

    [Fact]
    public void Sparsemax_sums_to_one_and_has_zeros()
    {
        float[] y = Run(new SparsemaxRows(), [0.9f, 0.5f, -0.7f, 0.1f]);
        // By hand: two survive, τ = (0.9 + 0.5 - 1)/2 = 0.2.
        Assert.Equal([0.7f, 0.3f, 0, 0], y.Select(v => MathF.Round(v, 6)));
    }

    [Fact]
    public void Log_softmax_of_huge_numbers_is_exact()
        => Assert.Equal([0f, -1e30f], Run(new LogSoftmaxRows(), [1e30f, 0]));

    [Fact]
    public void Row_masked_altogether_is_zero()
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(2), [3, 4]), Feed.Constant(new Shape(2), [0, 0])], (graph, nodes) => graph.Add("softmax", new SoftmaxRows(), nodes[0], nodes[1]), rows: 1, Mode.Inference);
        probe.Run();
        Assert.Equal([0f, 0], probe.Outputs[0]);
    }

    private static float[] Run(Operation operation, float[] x)
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(x.Length), x)], (graph, nodes) => graph.Add("operation", operation, nodes[0]), rows: 1, Mode.Inference);
        probe.Run();
        return probe.Outputs[0];
    }

    private static Operation Create(string kind) => kind switch
    {
        "softmax" => new SoftmaxRows(),
        "log_softmax" => new LogSoftmaxRows(),
        _ => new GatedLinear(),
    };
}
