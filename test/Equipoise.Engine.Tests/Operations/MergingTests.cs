using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class MergingTests
{
    public static TheoryData<string, int, int[]> Merges()
    {
        var data = new TheoryData<string, int, int[]>();
        foreach (string kind in new[] { "sum", "product", "maximum", "minimum" })
        {
            foreach (int inputs in new[] { 1, 2, 3 })
            {
                data.Add(kind, inputs, [1]);
                data.Add(kind, inputs, [17]);
                data.Add(kind, inputs, [3, 4]);
            }
        }
        return data;
    }

    [Theory, MemberData(nameof(Merges))]
    public void Gradients_agree_with_differences(string kind, int inputs, int[] shape)
    {
        // Inputs that lie in layers 0.5 apart, so that no maximum changes.
        float[] Layer(int k) => [.. Enumerable.Range(0, 7 * new Shape(shape).Size).Select(i => ((k + i) % inputs * 0.5f) - 0.8f + (0.003f * (i % 37)))];
        FiniteDifferences.Check([.. Enumerable.Range(0, inputs).Select(k => Feed.Variable(new Shape(shape), Layer(k)))],
            (graph, nodes) => graph.Add(kind, Create(kind, inputs), [.. nodes]));
    }

    [Theory]
    [InlineData("sum"), InlineData("product")]
    public void One_node_given_twice_gets_both_gradients(string kind)
        => FiniteDifferences.Check(new Shape(5), (graph, x) => graph.Add(kind, Create(kind, 2), x, x));

    [Fact]
    public void Concatenation_of_one_node_given_twice_gets_both_gradients()
        => FiniteDifferences.Check(new Shape(5), (graph, x) => graph.Add("join", new Concatenation(), x, x));

    [Theory]
    [InlineData(-1, new[] { 3 }, new[] { 1 }, new[] { 8 })]
    [InlineData(-1, new[] { 2, 3 }, new[] { 2, 1 }, new[] { 2, 5 })]
    [InlineData(0, new[] { 2, 3 }, new[] { 1, 3 }, new[] { 4, 3 })]
    [InlineData(1, new[] { 2, 3, 2 }, new[] { 2, 1, 2 }, new[] { 2, 2, 2 })]
    public void Concatenation_gradients_agree_with_differences(int axis, int[] a, int[] b, int[] c)
        => FiniteDifferences.Check([Feed.Variable(new Shape(a)), Feed.Variable(new Shape(b)), Feed.Variable(new Shape(c))],
            (graph, nodes) => graph.Add("join", new Concatenation(axis), [.. nodes]));

    [Fact]
    public void Concatenation_puts_features_side_by_side_at_each_position()
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(2, 2), [1, 2, 3, 4]), Feed.Constant(new Shape(2, 1), [8, 9])],
            (graph, nodes) => graph.Add("join", new Concatenation(), [.. nodes]), rows: 1, Mode.Inference);
        probe.Run();
        Assert.Equal([1f, 2, 8, 3, 4, 9], probe.Outputs[0]);
    }

    [Fact]
    public void Maximum_gives_gradient_of_equal_inputs_to_the_first()
    {
        using var probe = new GraphProbe([Feed.Variable(new Shape(1), [2]), Feed.Variable(new Shape(1), [2])],
            (graph, nodes) => graph.Add("maximum", new Extremum(true), [.. nodes]), rows: 1, Mode.Training);
        probe.Run();
        Assert.Equal(probe.Cotangents[0][0], probe.Store.GradientOf(probe.Parameter("input0"))[0]);
        Assert.Equal(0f, probe.Store.GradientOf(probe.Parameter("input1"))[0]);
    }

    [Fact]
    public void Unequal_shapes_are_refused_with_both_shapes()
    {
        var graph = new Graph();
        var a = graph.Add("a", new InputNumbers(new Shape(2, 3)));
        var b = graph.Add("b", new InputNumbers(new Shape(3)));
        var problem = Assert.Throws<ShapeException>(() => graph.Add("sum", new WeightedSum("add", 1, 1), a, b));
        Assert.Contains("[2, 3]", problem.Message, StringComparison.Ordinal);
        Assert.Contains("[3]", problem.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => graph.Add("join", new Concatenation(), a, b));
    }

    private static Operation Create(string kind, int inputs) => kind switch
    {
        "sum" => new WeightedSum("sum", [.. Enumerable.Range(1, inputs).Select(i => 0.5f * i)]),
        "product" => new Product(),
        "maximum" => new Extremum(greatest: true),
        _ => new Extremum(greatest: false),
    };
}
