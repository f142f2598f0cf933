using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Layers;
using Equipoise.Models;
using Equipoise.Testing;

namespace Equipoise.Tests.Layers;

public sealed class SequenceLayerTests
{
    [Fact]
    public void Layers_chain_as_methods_of_a_node()
    {
        var words = Input.Tokens("words", length: 6, vocabulary: 10);
        var bag = Input.Bag("bag", vocabulary: 50);
        var x = Node.Concatenate(words.Embedding(4, maskZero: true).Bidirectional(new Lstm(3)), bag.BagOfTokens(5));
        var model = new Model([words, bag], [x.Dense(1).Named("y")]);
        Assert.Equal(["bag_of_tokens/bias", "bag_of_tokens/kernel", "bidirectional/backward/bias", "bidirectional/backward/kernel", "bidirectional/backward/recurrent_kernel",
            "bidirectional/forward/bias", "bidirectional/forward/kernel", "bidirectional/forward/recurrent_kernel", "embedding/embeddings", "y/bias", "y/kernel"],
            model.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal([11, 1], model.Parameters.Single(p => p.Name == "y/kernel").Shape.Dimensions);
    }

    [Fact]
    public void Forget_bias_begins_as_one_and_the_rest_as_zero()
    {
        var words = Input.Tokens("words", length: 2, vocabulary: 3);
        var model = new Model([words], [words.Embedding(1).Lstm(2).Named("y")]);
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 0], model.GetWeight("y/bias"));
        Assert.All(model.GetWeight("embedding/embeddings"), v => Assert.InRange(v, -0.05f, 0.05f));
    }

    [Fact]
    public void Wrong_inputs_are_told_with_a_remedy()
    {
        var numbers = Input.Numbers("numbers", width: 3);
        var words = Input.Tokens("words", length: 3, vocabulary: 5);
        var problem = Assert.Throws<ModelException>(() => new Model([numbers, words],
        [
            numbers.Embedding(2).Named("a"), numbers.Lstm(2).Named("b"), words.BagOfTokens(2).Named("c"), numbers.GlobalAveragePooling1D().Named("d"),
            new Bidirectional(new Dense(2)).Apply(words.Embedding(2)).Named("e"), numbers.Masking().Named("f"),
        ]));
        foreach (string part in new[] { "Input.Tokens", "wants sequences", "Input.Bag", "'e' (bidirectional)", "its layer is 'dense'", "'f' (masking)" }) Assert.Contains(part, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lstm", "64")]
    [InlineData("gru", "8")]
    [InlineData("simple_rnn", "8")]
    [InlineData("embedding", "16")]
    [InlineData("bag_of_tokens", "16")]
    [InlineData("masking", "-1")]
    public void First_setting_is_the_positional_one(string name, string value)
    {
        var layer = Read(Map(name, SettingNode.Of(value)));
        var entry = LayerCatalog.Catalog.EntryOf(layer);
        Assert.Equal(name, entry.Name);
        Assert.Equal(value, entry.Settings[0].Write(layer).Scalar);
        Assert.Equal(layer, Read(LayerCatalog.Catalog.Write(layer)));
    }

    [Fact]
    public void Bidirectional_reads_its_layer()
    {
        Assert.Equal(new Bidirectional(new Lstm(64)), Read(Map("bidirectional", Map("lstm", SettingNode.Of("64")))));
        var written = new Bidirectional(new Gru(3) { ReturnSequences = true, ResetAfter = false, Dropout = 0.1 }) { Merge = BidirectionalMerge.Sum };
        Assert.Equal(written, Read(LayerCatalog.Catalog.Write(written)));
    }

    [Theory]
    [InlineData(false, new float[] { 1, 0, 1, 1 })]
    [InlineData(true, new float[] { 1, 1, 0, 1 })]
    public void Returned_sequences_keep_their_mask(bool backwards, float[] mask)
    {
        Assert.Equal(mask, MaskOf(new Lstm(2) { ReturnSequences = true, GoBackwards = backwards }));
        Assert.Empty(MaskOf(new Lstm(2) { GoBackwards = backwards }));
        Assert.Equal([1, 0, 1, 1], MaskOf(new Bidirectional(new Gru(2) { ReturnSequences = true, GoBackwards = backwards })));
    }

    [Fact]
    public void Bidirectional_sequences_know_what_comes_after()
    {
        // With sum, step t holds the forward state at t and the backward state at t: the last step's backward state has seen one step only.
        var layer = new Bidirectional(new SimpleRnn(2) { ReturnSequences = true });
        float[] x = [0.1f, 0.2f, 0.3f], y = [0.9f, 0.2f, 0.3f], z = [0.1f, 0.2f, 0.8f];
        float[] a = Run(layer, x), b = Run(layer, y), c = Run(layer, z);
        Assert.Equal(a[10..12], b[10..12]);                    // backward half of the last step: the first does not matter
        Assert.NotEqual(a[2..4], b[2..4]);                     // backward half of the first step
        Assert.Equal(a[0..2], c[0..2]);                        // forward half of the first step: the last does not matter
        Assert.NotEqual(a[2..4], c[2..4]);                     // but it does for the backward half
    }

    [Theory, InlineData(BidirectionalMerge.Concat), InlineData(BidirectionalMerge.Sum), InlineData(BidirectionalMerge.Ave), InlineData(BidirectionalMerge.Mul)]
    public void Bidirectional_gradients_agree_with_differences(BidirectionalMerge merge)
    {
        var layer = new Bidirectional(new Gru(3) { ReturnSequences = true }) { Merge = merge };
        FiniteDifferences.Check([Feed.Variable(new Shape(4, 2)), Feed.Constant(new Shape(4), [.. Enumerable.Range(0, 28).Select(i => i % 3 == 0 ? 0f : 1f)])],
            Builder(layer, masked: true), new() { Coordinates = 20 });
    }

    [Fact]
    public void Dropout_has_its_gradient_and_is_off_in_inference()
    {
        var layer = new Lstm(3) { Dropout = 0.5, RecurrentDropout = 0.3 };
        FiniteDifferences.Check([Feed.Variable(new Shape(4, 2))], Builder(layer, masked: false), new() { Coordinates = 20 });
        Assert.Equal(Run(new Lstm(3), [0.1f, 0.2f, 0.3f]), Run(layer with { ReturnSequences = false }, [0.1f, 0.2f, 0.3f]));
    }

    [Fact]
    public void Masking_zeroes_padding_and_pooling_leaves_it_out()
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(3, 2), [9, 9, 1, 9, 3, 5])],
            (graph, nodes) => Build(new GlobalMaxPooling1D(), graph, Build(new Masking(9), graph, nodes[0])), rows: 1, Mode.Inference);
        probe.Run();
        Assert.Equal([3, 9], probe.Outputs[0]);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Last_step_is_the_last_that_the_mask_keeps(bool masked)
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(3, 2), [1, 2, 3, 4, 9, 9])],
            (graph, nodes) => Build(new LastTimeStep(), graph, masked ? Build(new Masking(9), graph, nodes[0]) : nodes[0]), rows: 1, Mode.Inference);
        probe.Run();
        Assert.Equal(masked ? [3, 4] : [9, 9], probe.Outputs[0]);
    }

    private static SettingNode Map(string key, SettingNode value) => SettingNode.Map([new SettingEntry(key, value, default)]);

    private static Layer Read(SettingNode node)
    {
        var problems = new Problems();
        var layer = LayerCatalog.Catalog.Read(node, "layer", problems);
        Assert.Empty(problems.All);
        return layer!;
    }

    private static GraphNode Build(Layer layer, Graph graph, GraphNode input) => layer.Build(new LayerBuilder(new BuildContext(graph), layer, "layer"), [input]);

    private static Func<Graph, IReadOnlyList<GraphNode>, GraphNode> Builder(Layer layer, bool masked)
    {
        BuildContext? context = null;
        return (graph, nodes) =>
        {
            if (masked) nodes[0].Mask = nodes[1];
            if (context?.Graph != graph) context = new BuildContext(graph);
            return layer.Build(new LayerBuilder(context, layer, "layer"), [nodes[0]]);
        };
    }

    private static float[] MaskOf(Layer layer)
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(4, 1), [1, 2, 3, 4]), Feed.Constant(new Shape(4), [1, 0, 1, 1])], Builder(layer, masked: true), rows: 1, Mode.Inference);
        probe.Run();
        return probe.Masks[0];
    }

    private static float[] Run(Layer layer, float[] x)
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(3, 1), x)], Builder(layer, masked: false), rows: 1, Mode.Inference);
        probe.Run();
        return probe.Outputs[0];
    }
}
