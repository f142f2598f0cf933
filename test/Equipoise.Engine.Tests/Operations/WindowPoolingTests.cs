using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class WindowPoolingTests
{
    public static TheoryData<int[], int[], int[], WindowPadding> Windows => new()
    {
        { [6, 1], [2], [2], WindowPadding.Valid },
        { [7, 3], [3], [2], WindowPadding.Same },
        { [5, 9], [2], [1], WindowPadding.Valid },
        { [4, 4, 1], [2, 2], [2, 2], WindowPadding.Valid },
        { [5, 4, 2], [2, 3], [2, 2], WindowPadding.Same },
        { [3, 3, 2], [3, 3], [1, 1], WindowPadding.Same },
    };

    [Theory, MemberData(nameof(Windows))]
    public void Maximum_gradients_agree_with_differences(int[] input, int[] size, int[] strides, WindowPadding padding)
        => FiniteDifferences.Check(new Shape(input), (graph, x) => graph.Add("pool", new WindowMaximum(new Window(size, strides, padding)), x), new() { Draw = FiniteDifferences.Spread });

    [Theory, MemberData(nameof(Windows))]
    public void Mean_gradients_agree_with_differences(int[] input, int[] size, int[] strides, WindowPadding padding)
        => FiniteDifferences.Check(new Shape(input), (graph, x) => graph.Add("pool", new WindowMean(new Window(size, strides, padding)), x));

    [Fact]
    public void Padding_takes_no_part()
    {
        // By hand: windows of 2 over -1, -2, -3 with stride 2 and one element of padding at the end.
        Assert.Equal([-1f, -3f], Run(new WindowMaximum(new Window([2], [2], WindowPadding.Same)), [-1, -2, -3]));
        Assert.Equal([-1.5f, -3f], Run(new WindowMean(new Window([2], [2], WindowPadding.Same)), [-1, -2, -3]));
    }

    [Fact]
    public void Equal_numbers_give_the_gradient_to_the_first()
    {
        using var probe = new GraphProbe([Feed.Variable(new Shape(2, 1), [4, 4])], (graph, nodes) => graph.Add("pool", new WindowMaximum(new Window([2], [2])), nodes[0]), rows: 1, Mode.Training);
        probe.Run();
        Assert.Equal([probe.Cotangents[0][0], 0f], [.. probe.Store.GradientOf(probe.Parameter("input0"))]);
    }

    private static float[] Run(Operation operation, float[] x)
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(x.Length, 1), x)], (graph, nodes) => graph.Add("pool", operation, nodes[0]), rows: 1, Mode.Inference);
        probe.Run();
        return probe.Outputs[0];
    }
}
