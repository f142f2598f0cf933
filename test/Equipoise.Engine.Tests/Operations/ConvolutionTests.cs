using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class ConvolutionTests
{
    public static TheoryData<int[], int[], int[], int[], WindowPadding, int> Windows => new()
    {
        // input, size, strides, dilations, padding, filters
        { [5, 3], [2], [1], [1], WindowPadding.Valid, 2 },
        { [7, 2], [3], [2], [1], WindowPadding.Same, 3 },
        { [7, 2], [3], [1], [2], WindowPadding.Causal, 1 },
        { [6, 1], [4], [1], [1], WindowPadding.Same, 33 },
        { [4, 5], [1], [1], [1], WindowPadding.Valid, 4 },
        { [4, 5], [1], [2], [1], WindowPadding.Valid, 4 },
        { [5, 4, 2], [3, 2], [1, 1], [1, 1], WindowPadding.Valid, 3 },
        { [5, 6, 1], [3, 3], [2, 1], [1, 1], WindowPadding.Same, 2 },
        { [6, 6, 2], [2, 3], [1, 1], [2, 2], WindowPadding.Same, 2 },
        { [3, 3, 4], [1, 1], [1, 1], [1, 1], WindowPadding.Valid, 5 },
        { [50, 32], [5], [1], [1], WindowPadding.Same, 70 },           // several chunks of items, several blocks of the kernel
        { [250, 64], [5], [1], [1], WindowPadding.Same, 140 },         // several stacks of sequences, several blocks of columns
        { [9, 20], [3], [1], [2], WindowPadding.Causal, 33 },          // one stack
        { [3, 3, 8], [3, 3], [1, 1], [1, 1], WindowPadding.Valid, 5 }, // one window
        { [4, 9, 6], [4, 3], [1, 2], [1, 1], WindowPadding.Valid, 5 }, // one line of windows
        { [6, 5, 2], [3, 3], [1, 1], [1, 1], WindowPadding.Valid, 3 }, // rows too narrow for the register blocks
        { [200, 70, 6], [3, 2], [3, 1], [1, 1], WindowPadding.Same, 5 },  // several bands
        { [8, 8, 1], [2, 2], [3, 3], [1, 1], WindowPadding.Same, 4 },  // windows do not reach the end of the image
    };

    [Theory, MemberData(nameof(Windows))]
    public void Gradients_agree_with_differences(int[] input, int[] size, int[] strides, int[] dilations, WindowPadding padding, int filters)
    {
        var convolution = Create(input[^1], size, strides, dilations, padding, filters);
        FiniteDifferences.Check(new Shape(input), (graph, x) => graph.Add("convolution", convolution, x), new() { Coordinates = 25 });
    }

    [Theory, MemberData(nameof(Windows))]
    public void Output_is_that_of_the_plain_loops(int[] input, int[] size, int[] strides, int[] dilations, WindowPadding padding, int filters)
    {
        var convolution = Create(input[^1], size, strides, dilations, padding, filters);
        using var probe = new GraphProbe([Feed.Variable(new Shape(input))], (graph, nodes) => graph.Add("convolution", convolution, nodes[0]), rows: 3, Mode.Inference);
        probe.Run();
        float[] want = Plain([.. probe.Store.ValuesOf(probe.Parameter("input0"))], input, [.. probe.Store.ValuesOf(probe.Parameter("kernel"))],
            [.. probe.Store.ValuesOf(probe.Parameter("bias"))], new Window(size, strides, padding) { Dilations = dilations }, filters, rows: 3);
        Assert.Equal(want.Length, probe.Outputs[0].Length);
        for (int i = 0; i < want.Length; i++) Assert.Equal(want[i], probe.Outputs[0][i], 1e-4f);
    }

    [Theory]
    [InlineData(new[] { 5, 4 }, new[] { 2 }, 2, 6), InlineData(new[] { 5, 3 }, new[] { 3 }, 3, 3), InlineData(new[] { 4, 4, 2 }, new[] { 2, 2 }, 2, 18), InlineData(new[] { 4, 5, 3 }, new[] { 2, 3 }, 3, 6)]
    public void Grouped_gradients_agree_with_differences(int[] input, int[] size, int groups, int filters)
    {
        int[] ones = [.. size.Select(_ => 1)];
        var kernel = Samples.Parameter("kernel", [.. size, input[^1] / groups, filters]);
        var operation = new GroupedConvolution(new Window(size, ones, WindowPadding.Same), groups, kernel, Samples.Parameter("bias", filters), filters);
        FiniteDifferences.Check(new Shape(input), (graph, x) => graph.Add("convolution", operation, x), new() { Coordinates = 25 });
    }

    [Theory, InlineData(20, 40), InlineData(64, 140), InlineData(3, 5)]
    public void Gradients_that_are_mostly_zero_agree_with_differences(int channels, int filters)
    {
        var convolution = Create(channels, [5], [1], [1], WindowPadding.Same, filters);
        FiniteDifferences.Check(new Shape(60, channels), (graph, x) => graph.Add("slice", new SliceRange(0, 50, 10), graph.Add("convolution", convolution, x)), new() { Coordinates = 25 });
    }

    [Theory]
    [InlineData(new[] { 8, 10, 3 }, 20, WindowPadding.Valid, false)]
    [InlineData(new[] { 8, 10, 3 }, 20, WindowPadding.Same, false)]
    [InlineData(new[] { 10, 8, 12 }, 33, WindowPadding.Valid, false)]
    [InlineData(new[] { 4, 6, 16 }, 7, WindowPadding.Valid, false)]
    [InlineData(new[] { 9, 12, 9 }, 20, WindowPadding.Same, true)]
    public void Gradients_behind_a_pooling_are_those_of_the_plain_loops_for_any_number_of_workers(int[] input, int filters, WindowPadding padding, bool frozenBias)
    {
        const int rows = 5, size = 3;
        var window = new Window([size, size], [1, 1], padding);
        var kernel = Samples.Parameter("kernel", size, size, input[2], filters);
        var bias = new Parameter("bias", new Shape(filters), (values, _) => values.Clear(), trainable: !frozenBias);
        GraphProbe Probe(int workers) => new([Feed.Variable(new Shape(input))],
            (graph, nodes) => graph.Add("pool", new WindowMaximum(new Window([2, 2], [2, 2])), graph.Add("convolution", new Convolution(window, kernel, bias), nodes[0])), rows, Mode.Training, workers);
        using var probe = Probe(1);
        probe.Run();
        float[] Gradient(GraphProbe of, string name) => [.. of.Store.GradientOf(of.Parameter(name))];
        float[] x = [.. probe.Store.ValuesOf(probe.Parameter("input0"))], w = [.. probe.Store.ValuesOf(probe.Parameter("kernel"))];
        var grid = window.Over(new Shape(input));
        float[] y = Plain(x, input, w, new float[filters], window, filters, rows), dy = new float[y.Length];
        int outHeight = grid.OutHeight / 2, outWidth = grid.OutWidth / 2;
        for (int i = 0; i < probe.Cotangents[0].Length; i++)
        {
            int filter = i % filters, ox = i / filters % outWidth * 2, oy = i / filters / outWidth % outHeight * 2, row = i / filters / outWidth / outHeight;
            int At(int tap) => (((((row * grid.OutHeight) + oy + (tap / 2)) * grid.OutWidth) + ox + (tap % 2)) * filters) + filter;
            dy[At(Enumerable.Range(0, 4).MaxBy(tap => y[At(tap)]))] += probe.Cotangents[0][i];
        }
        double[] dx = new double[x.Length], dw = new double[w.Length], db = new double[filters];
        for (int item = 0; item < dy.Length; item++)
        {
            int filter = item % filters, position = item / filters % grid.Positions, row = item / filters / grid.Positions;
            db[filter] += dy[item];
            for (int k = 0; k < grid.Patch; k++)
            {
                int pixel = grid.Pixel(position, k / grid.Channels);
                if (pixel < 0) continue;
                int at = (row * grid.RowSize) + (pixel * grid.Channels) + (k % grid.Channels);
                dx[at] += (double)dy[item] * w[(k * filters) + filter];
                dw[(k * filters) + filter] += (double)dy[item] * x[at];
            }
        }
        AssertNear(dx, Gradient(probe, "input0"));
        AssertNear(dw, Gradient(probe, "kernel"));
        AssertNear(frozenBias ? new double[filters] : db, Gradient(probe, "bias"));
        using var others = Probe(3);
        others.Run();
        foreach (string name in new[] { "input0", "kernel", "bias" }) Assert.Equal(Gradient(probe, name), Gradient(others, name));
    }

    // Sums of some hundred products of numbers about 1, in single precision.
    private static void AssertNear(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 2e-5 * (1 + Math.Abs(expected[i])));
    }

    [Fact]
    public void Window_larger_than_the_input_is_refused_with_a_remedy()
    {
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(new Shape(2, 3)));
        var problem = Assert.Throws<ShapeException>(() => graph.Add("convolution", Create(3, [3], [1], [1], WindowPadding.Valid, 2), x));
        Assert.Contains("Same", problem.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => graph.Add("convolution", Create(3, [2, 2], [1, 1], [1, 1], WindowPadding.Valid, 2), x));
        Assert.Throws<ShapeException>(() => graph.Add("convolution", Create(4, [2], [1], [1], WindowPadding.Valid, 2), x));
        Assert.Throws<ShapeException>(() => graph.Add("convolution", Create(3, [1], [2], [2], WindowPadding.Valid, 2), x));
    }

    private static Convolution Create(int channels, int[] size, int[] strides, int[] dilations, WindowPadding padding, int filters)
        => new(new Window(size, strides, padding) { Dilations = dilations }, Samples.Parameter("kernel", [.. size, channels, filters]), Samples.Parameter("bias", filters));

    // One loop for each index; sequences as images of height 1.
    private static float[] Plain(float[] x, int[] input, float[] kernel, float[] bias, Window window, int filters, int rows)
    {
        bool image = window.Size.Count == 2;
        int height = image ? input[0] : 1, width = input[^2], channels = input[^1];
        int[] size = image ? [.. window.Size] : [1, window.Size[0]], stride = image ? [.. window.Strides] : [1, window.Strides[0]], dilation = image ? [.. window.Dilations] : [1, window.Dilations[0]];
        (int Out, int Before) Axis(int n, int k, int s, int d)
        {
            int reach = ((k - 1) * d) + 1;
            int count = window.Padding == WindowPadding.Valid ? (n - reach + s) / s : (n + s - 1) / s;
            int total = Math.Max(((count - 1) * s) + reach - n, 0);
            return (count, window.Padding switch { WindowPadding.Same => total / 2, WindowPadding.Causal when image || k > 1 => (k - 1) * d, _ => 0 });
        }
        var (outHeight, top) = Axis(height, size[0], stride[0], dilation[0]);
        var (outWidth, left) = Axis(width, size[1], stride[1], dilation[1]);
        var y = new List<float>();
        for (int row = 0; row < rows; row++)
        for (int oy = 0; oy < outHeight; oy++)
        for (int ox = 0; ox < outWidth; ox++)
        for (int f = 0; f < filters; f++)
        {
            double sum = bias[f];
            for (int ky = 0; ky < size[0]; ky++)
            for (int kx = 0; kx < size[1]; kx++)
            for (int c = 0; c < channels; c++)
            {
                int iy = (oy * stride[0]) - top + (ky * dilation[0]), ix = (ox * stride[1]) - left + (kx * dilation[1]);
                if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
                sum += (double)x[(((((row * height) + iy) * width) + ix) * channels) + c] * kernel[(((((ky * size[1]) + kx) * channels) + c) * filters) + f];
            }
            y.Add((float)sum);
        }
        return [.. y];
    }
}
