using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Layers;
using Equipoise.Testing;

namespace Equipoise.Tests.Layers;

public class ShapeLayerTests
{
    [Fact]
    public void Reshape_works_out_the_open_dimension()
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(12), new float[12])], LayerProbe.Builder(new Reshape(2, -1, 3)), rows: 1, Mode.Inference);
        Assert.Equal(new Shape(2, 2, 3), probe.Plan.Outputs[0].Shape);
    }

    [Fact]
    public void Reshape_that_cannot_be_is_refused() => Assert.Throws<ShapeException>(() => LayerProbe.Run(new Reshape(5, -1), new float[12], new Shape(12)));

    [Fact]
    public void Concatenation_counts_positions_that_count_in_all_inputs()
    {
        var layer = new Concatenate();
        using var probe = new GraphProbe([Feed.Constant(new Shape(3, 1), [1, 2, 3]), Feed.Constant(new Shape(3, 1), [4, 5, 6]), Feed.Constant(new Shape(3), [1, 1, 0]), Feed.Constant(new Shape(3), [0, 1, 1])],
            (graph, nodes) =>
            {
                (nodes[0].Mask, nodes[1].Mask) = (nodes[2], nodes[3]);
                return LayerProbe.Builder(layer)(graph, [nodes[0], nodes[1]]);
            }, rows: 1, Mode.Inference);
        probe.Run();
        Assert.Equal([1f, 4, 2, 5, 3, 6], probe.Outputs[0]);
        Assert.Equal([0f, 1, 0], probe.Masks[0]);
    }

    [Fact]
    public void Batch_normalization_leaves_masked_positions_out_of_its_averages()
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(2, 1), [1, 100, 3, -50]), Feed.Constant(new Shape(2), [1, 0, 1, 0])],
            LayerProbe.MaskedBuilder(new BatchNormalization(Momentum: 0)), rows: 2, Mode.Training);
        probe.Run();
        Assert.Equal(2f, probe.Store.ValuesOf(probe.Parameter("layer/moving_mean"))[0]);
        Assert.Equal(1f, probe.Store.ValuesOf(probe.Parameter("layer/moving_variance"))[0]);
    }

    [Fact]
    public void Frozen_batch_normalization_keeps_its_averages_in_training()
    {
        using var probe = new GraphProbe([Feed.Variable(new Shape(1), [5, 7])], LayerProbe.Builder(new BatchNormalization { Trainable = false }), rows: 2, Mode.Training);
        probe.Run();
        Assert.Equal(0f, probe.Store.ValuesOf(probe.Parameter("layer/moving_mean"))[0]);
        Assert.Equal(5 / Math.Sqrt(1.001), probe.Outputs[0][0], 1e-5);
    }

    [Theory]
    [InlineData("conv2d"), InlineData("max_pooling2d"), InlineData("global_average_pooling2d")]
    public void Layer_of_images_refuses_sequences(string name)
        => Assert.Throws<ShapeException>(() => LayerProbe.Run(LayerCatalog.Catalog.Find(name).Default, new float[12], new Shape(4, 3)));

    [Theory]
    [InlineData("conv2d"), InlineData("conv1d"), InlineData("max_pooling2d"), InlineData("average_pooling1d"), InlineData("batch_normalization"), InlineData("layer_normalization"), InlineData("dropout"), InlineData("reshape"), InlineData("activation"), InlineData("concatenate"), InlineData("depthwise_conv2d")]
    public void Settings_survive_writing_and_reading(string name)
    {
        var layer = LayerCatalog.Catalog.Find(name).Default;
        var problems = new Problems();
        var written = LayerCatalog.Catalog.Write(layer);
        var read = LayerCatalog.Catalog.Read(written, "layer", problems);
        Assert.Empty(problems.All);
        Assert.Equal(LayerCatalog.Catalog.Write(read!).ToString(), written.ToString());
    }

    [Fact]
    public void Dropout_rate_above_one_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => LayerProbe.Run(new Dropout(1.5), [1], new Shape(1)));
}
