using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Layers;
using Equipoise.Testing;

namespace Equipoise.Tests.Layers;

/// <summary>Known values of single layers, by hand unless said.</summary>
public sealed class FurtherLayerTests
{
    public static TheoryData<Layer, int[]> Transposed => new()
    {
        { new Conv1DTranspose(3, 4) { Strides = 2 }, [5, 2] },
        { new Conv1DTranspose(3, 2) { Strides = 3, Padding = WindowPadding.Same }, [5, 2] },
        { new Conv1DTranspose(2, 3) { Dilations = 2, UseBias = false }, [4, 3] },
        { new Conv2DTranspose(2, 3) { Strides = 2, Padding = WindowPadding.Same }, [3, 2, 2] },
        { new Conv2DTranspose(3, (1, 2)) { Strides = (2, 1) }, [2, 3, 4] },
    };

    [Theory, MemberData(nameof(Transposed))]
    public void Transposed_convolution_has_right_gradients(Layer layer, int[] shape) => FiniteDifferences.Check([Feed.Variable(new Shape(shape))], LayerProbe.Builder(layer));

    [Theory]
    [InlineData(4, 2, WindowPadding.Valid, 12)]
    [InlineData(4, 2, WindowPadding.Same, 10)]
    [InlineData(2, 3, WindowPadding.Valid, 15)]
    public void Transposed_convolution_is_the_adjoint_of_a_convolution(int size, int stride, WindowPadding padding, int length)
    {
        // Σ conv(y)·x = Σ y·transposed(x) for all x and y, with the same kernel.
        const int steps = 5, filters = 2, channels = 3;
        float[] x = Numbers(steps * channels, 1), y = Numbers(length * filters, 2), kernel = Numbers(size * filters * channels, 3);
        float[] grown = Run(new Conv1DTranspose(filters, size) { Strides = stride, Padding = padding, UseBias = false }, x, new Shape(steps, channels), kernel);
        float[] shrunk = Run(new Conv1D(channels, size) { Strides = stride, Padding = padding, UseBias = false }, y, new Shape(length, filters), kernel);
        Assert.Equal(y.Length, grown.Length);
        Assert.Equal(x.Length, shrunk.Length);
        Assert.Equal(y.Zip(grown, (a, b) => (double)a * b).Sum(), x.Zip(shrunk, (a, b) => (double)a * b).Sum(), 1e-4);
    }

    [Fact]
    public void Group_normalisation_of_all_channels_is_layer_normalisation_over_the_whole_row()
    {
        float[] x = Numbers(24, 5);
        float[] groups = LayerProbe.Run(new GroupNormalization(1), x, new Shape(3, 4)), whole = LayerProbe.Run(new LayerNormalization(2), x, new Shape(3, 4));
        for (int i = 0; i < x.Length; i++) Assert.Equal(whole[i], groups[i], 1e-6f);
    }

    [Fact]
    public void Group_normalisation_has_right_gradients()
        => FiniteDifferences.Check([Feed.Variable(new Shape(3, 2, 6))], LayerProbe.Builder(new GroupNormalization(3)), new FiniteDifferences.Options { Tolerance = 3e-3 });

    [Fact]
    public void Unit_normalisation_leaves_directions() => Assert.Equal([0.6f, 0.8f, 0, 0, -1, 0], LayerProbe.Run(new UnitNormalization(), [3, 4, 0, 0, -5, 0], new Shape(3, 2)));

    [Fact]
    public void Distances_by_hand()
    {
        Assert.Equal(5, Two(new EuclideanDistance(), [1, 2], [4, 6])[0], 1e-6);
        Assert.Equal(1e-6f, Two(new EuclideanDistance(), [1, 2], [1, 2])[0], 1e-9f);
        Assert.Equal(1 - 0.8, Two(new CosineDistance(), [1, 0], [4, 3])[0], 1e-6);
        Assert.Equal(2, Two(new CosineDistance(), [1, 1], [-2, -2])[0], 1e-6);
        Assert.Equal(1, Two(new CosineDistance(), [0, 0], [4, 3])[0]);
    }

    [Fact]
    public void Dot_of_vectors_is_a_number_and_of_sequences_a_number_for_each_pair()
    {
        Assert.Equal([11], Two(new Dot(), [1, 2], [3, 4]));
        Assert.Equal(0.98387, Two(new Dot(true), [1, 2], [3, 4])[0], 1e-5);
        Feed[] feeds = [Feed.Constant(new Shape(2, 2), [1, 2, 3, 4]), Feed.Constant(new Shape(3, 2), [1, 0, 0, 1, 1, 1])];
        using var probe = new GraphProbe(feeds, LayerProbe.Builder(new Dot()), 1, Mode.Inference);
        probe.Run();
        Assert.Equal([1, 2, 3, 3, 4, 7], probe.Outputs[0]);
    }

    [Fact]
    public void Images_are_padded_cropped_and_grown()
    {
        float[] image = [1, 2, 3, 4];
        Assert.Equal([0, 1, 2, 0, 3, 4, 0, 0, 0], LayerProbe.Run(new ZeroPadding2D(0, 1, 1, 0), image, new Shape(2, 2, 1)));
        Assert.Equal([4], LayerProbe.Run(new Cropping2D(Top: 1, Left: 1), image, new Shape(2, 2, 1)));
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4], LayerProbe.Run(new UpSampling2D((1, 2)), image, new Shape(2, 2, 1)));
        Assert.Throws<ShapeException>(() => LayerProbe.Run(new Cropping2D(1, 1), image, new Shape(2, 2, 1)));
    }

    [Fact]
    public void Normalization_standardises_and_back()
    {
        float[] x = [1, 10, 3, float.NaN, 5, 30];
        var layer = Normalization.Of(x, 2);
        Assert.Equal([3, 20], layer.Mean);
        Assert.Equal([8 / 3.0, 100], layer.Variance, (a, b) => Math.Abs(a - b) < 1e-12);
        float[] y = LayerProbe.Run(layer, [1, 10, 5, 30], new Shape(2));
        Assert.Equal(-Math.Sqrt(1.5), y[0], 1e-6);
        Assert.Equal(-1, y[1], 1e-6);
        float[] back = LayerProbe.Run(layer with { Invert = true }, y, new Shape(2));
        Assert.Equal(5, back[2], 1e-5);
        Assert.Equal(30, back[3], 1e-5);
    }

    [Fact]
    public void Position_encodings_tell_steps_apart()
    {
        // Vaswani and others: sin and cos of t / 10000^(2i/width).
        float[] y = LayerProbe.Run(new SinePositionEncoding(), new float[8], new Shape(2, 4));
        Assert.Equal([0, 1, 0, 1, MathF.Sin(1), MathF.Cos(1), MathF.Sin(0.01f), MathF.Cos(0.01f)], y, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(NoiseKind.Additive)]
    [InlineData(NoiseKind.Multiplicative)]
    [InlineData(NoiseKind.AlphaDropping)]
    public void Noise_keeps_the_mean_and_is_only_in_training(NoiseKind kind)
    {
        Layer layer = kind switch
        {
            NoiseKind.Additive => new GaussianNoise(0.5),
            NoiseKind.Multiplicative => new GaussianDropout(0.2),
            _ => new AlphaDropout(0.2),
        };
        const int count = 40_000;
        var random = new Engine.Randomness.RandomStream(2);
        float[] x = [.. Enumerable.Range(0, count).Select(i => (float)random.Normal((ulong)i))];
        Assert.Equal(x, LayerProbe.Run(layer, x, new Shape(100)));
        // In training a parameter stands before, or nothing would be trained.
        using var probe = new GraphProbe([Feed.Variable(new Shape(100), x)], LayerProbe.Builder(layer), count / 100, Mode.Training);
        probe.Run();
        float[] y = probe.Outputs[0];
        double mean = y.Average(), variance = y.Average(v => (v - mean) * (v - mean));
        // Of 40 000 numbers: three deviations of the mean are 0.02, of the variance some 0.03.
        Assert.Equal(0, mean, 0.025);
        Assert.Equal(kind == NoiseKind.AlphaDropping ? 1 : 1.25, variance, 0.05);
    }

    private static float[] Two(Layer layer, float[] a, float[] b)
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(a.Length), a), Feed.Constant(new Shape(b.Length), b)], LayerProbe.Builder(layer), 1, Mode.Inference);
        probe.Run();
        return probe.Outputs[0];
    }

    private static float[] Run(Layer layer, float[] x, Shape shape, float[] kernel)
    {
        using var probe = new GraphProbe([Feed.Constant(shape, x)], LayerProbe.Builder(layer), 1, Mode.Inference);
        kernel.CopyTo(probe.Store.ValuesOf(probe.Parameter("layer/kernel")));
        probe.Run();
        return probe.Outputs[0];
    }

    private static float[] Numbers(int count, ulong seed)
    {
        var random = new Engine.Randomness.RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(i => (float)((2 * random.Uniform((ulong)i)) - 1))];
    }
}
