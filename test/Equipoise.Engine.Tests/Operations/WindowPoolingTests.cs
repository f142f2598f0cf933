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
        { [9, 7, 17], [2, 2], [2, 2], WindowPadding.Valid },            // a row and a column that no window sees
        { [8, 12, 10], [2, 3], [2, 3], WindowPadding.Valid },           // every pixel in one window
        { [7, 8, 3], [2, 2], [3, 3], WindowPadding.Same },              // pixels between the windows
        { [6, 5, 8], [5, 4], [2, 1], WindowPadding.Same },
    };

    [Theory, MemberData(nameof(Windows))]
    public void Outputs_and_gradients_have_the_bits_of_the_plain_loops(int[] input, int[] size, int[] strides, WindowPadding padding)
    {
        const int rows = 3;
        var window = new Window(size, strides, padding);
        foreach (bool maximum in new[] { false, true })
        {
            foreach (int copies in new[] { 1, 2 })                       // of two poolings of one input the second to run adds
            {
                using var probe = new GraphProbe([Feed.Variable(new Shape(input))],
                    (graph, nodes) => graph.Add("pool", maximum ? new WindowMaximum(window) : new WindowMean(window), nodes[0]), rows, Mode.Training, copies: copies);
                probe.Run();
                float[] x = [.. probe.Store.ValuesOf(probe.Parameter("input0"))], gradient = [.. probe.Store.GradientOf(probe.Parameter("input0"))];
                float[] wanted = new float[x.Length];
                for (int copy = copies - 1; copy >= 0; copy--) Assert.Equal(Plain(x, probe.Cotangents[copy], input, window, maximum, wanted), probe.Outputs[copy]);
                Assert.Equal(wanted, gradient);
            }
        }
    }

    [Fact]
    public void Nan_reaches_the_output_and_its_gradient_goes_nowhere()
    {
        using var probe = new GraphProbe([Feed.Variable(new Shape(4, 1), [4, float.NaN, 1, 2])], (graph, nodes) => graph.Add("pool", new WindowMaximum(new Window([2], [2])), nodes[0]), rows: 1, Mode.Training);
        probe.Run();
        Assert.Equal([float.NaN, 2f], probe.Outputs[0]);
        Assert.Equal([0f, 0f, 0f, probe.Cotangents[0][1]], [.. probe.Store.GradientOf(probe.Parameter("input0"))]);
    }

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

    // One loop for each index; sequences as images of height 1. Adds to dx, returns y.
    private static float[] Plain(float[] x, float[] dy, int[] input, Window window, bool maximum, float[] dx)
    {
        bool image = window.Size.Count == 2;
        int height = image ? input[0] : 1, width = input[^2], channels = input[^1], rows = x.Length / (height * width * channels);
        var grid = window.Over(new Shape(input));
        var y = new float[rows * grid.Positions * channels];
        for (int row = 0; row < rows; row++)
        for (int position = 0; position < grid.Positions; position++)
        for (int c = 0; c < channels; c++)
        {
            int top = (position / grid.OutWidth * grid.StrideDown) - grid.Top, left = (position % grid.OutWidth * grid.StrideRight) - grid.Left;
            var seen = new List<int>();
            for (int iy = Math.Max(top, 0); iy < Math.Min(top + grid.SizeDown, height); iy++)
            for (int ix = Math.Max(left, 0); ix < Math.Min(left + grid.SizeRight, width); ix++) seen.Add((((((row * height) + iy) * width) + ix) * channels) + c);
            int item = (((row * grid.Positions) + position) * channels) + c;
            y[item] = maximum ? seen.Max(i => x[i]) : seen.Aggregate(0f, (sum, i) => sum + x[i]) / seen.Count;
            if (maximum) dx[seen.First(i => x[i] == y[item])] += dy[item];
            else foreach (int i in seen) dx[i] = MathF.FusedMultiplyAdd(dy[item], 1f / seen.Count, dx[i]);
        }
        return y;
    }
}
