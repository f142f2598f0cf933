using Equipoise.Engine.Graphs;
using Equipoise.Layers;
using Equipoise.Testing;
using Equipoise.Testing.Vectors;

namespace Equipoise.Tests.Layers;

public sealed class AttentionTests
{
    public static TheoryData<string> MultiHeadIds => [.. VectorFile.Of("layer", "MultiHeadAttention").Select(v => v.Id)];

    public static TheoryData<string> DotIds => [.. VectorFile.Of("layer", "Attention").Select(v => v.Id)];

    public static TheoryData<Layer> Layers =>
    [
        new MultiHeadAttention(2, 2),
        new MultiHeadAttention(3, 2) { ValueDim = 1, OutputDim = 5, UseBias = false, Causal = true },
        new MultiHeadAttention(2, 3) { Dropout = 0.4 },
        new Attention(),
        new Attention { UseScale = true, Causal = true, Dropout = 0.3 },
        new AdditiveAttention { Causal = true },
        new AdditiveAttention { UseScale = false, Dropout = 0.3 },
    ];

    [Theory, MemberData(nameof(MultiHeadIds))]
    public void Multi_head_attention_agrees_with_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        Assert.False(vector.Flag("use_gate"));
        var layer = new MultiHeadAttention((int)vector.Argument("num_heads", 1), (int)vector.Argument("key_dim", 1))
        {
            ValueDim = (int)vector.Argument("value_dim", 1),
            UseBias = vector.Flag("use_bias"),
            OutputDim = vector.Has("output_shape") ? vector.Args.GetProperty("output_shape")[0].GetInt32() : null,
            Causal = vector.Inputs.TryGetProperty("use_causal_mask", out var causal) && causal.GetBoolean(),
        };
        List<NumberArray> inputs = [vector.Input("query")!, vector.Input("value")!, vector.Input("key")!];
        if (vector.Input("attention_mask") is { } mask) inputs.Add(mask);
        Check(vector, layer, inputs);
    }

    [Theory, MemberData(nameof(DotIds))]
    public void Attention_agrees_with_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        Assert.Equal("dot", vector.Text("score_mode"));
        Check(vector, new Attention { UseScale = vector.Flag("use_scale") }, [.. vector.Inputs.GetProperty("x").EnumerateArray().Select(NumberArray.Parse)]);
    }

    [Theory, MemberData(nameof(Layers))]
    public void Gradient_agrees_with_finite_differences_with_masks_too(Layer layer)
    {
        const int rows = 5, queries = 3, keys = 4;
        float[] keyMask = [.. Enumerable.Range(0, rows * keys).Select(i => i % 3 == 1 || i / keys == 2 ? 0f : 1)];       // all padding in row 2
        float[] mask = [.. Enumerable.Range(0, rows * queries * keys).Select(i => i % 5 == 2 || i / keys == 4 ? 0f : 1)];                 // one query sees nothing
        Feed[] feeds = [Feed.Variable(new Shape(queries, 6)), Feed.Variable(new Shape(keys, 6)), Feed.Variable(new Shape(keys, 6)), Feed.Constant(new Shape(queries, keys), mask), Feed.Constant(new Shape(keys), keyMask)];
        var build = LayerProbe.Builder(layer);
        FiniteDifferences.Check(feeds, (graph, nodes) =>
        {
            nodes[2].Mask = nodes[4];
            return build(graph, [.. nodes.Take(4)]);
        }, new FiniteDifferences.Options { Rows = rows, Tolerance = 2e-3 });
    }

    [Fact]
    public void Padding_has_no_influence_and_padding_alone_gives_zeros()
    {
        float[] query = [1, 2, 0.5f, -1], value = [3, 1, 2, -2, 5, 5];
        float[] Run(float[] values, float[] mask)
        {
            var build = LayerProbe.Builder(new Attention());
            Feed[] feeds = [Feed.Constant(new Shape(2, 2), query), Feed.Constant(new Shape(3, 2), values), Feed.Constant(new Shape(3), mask)];
            using var probe = new GraphProbe(feeds, (graph, nodes) =>
            {
                nodes[1].Mask = nodes[2];
                return build(graph, [.. nodes.Take(2)]);
            }, 1, Mode.Inference);
            probe.Run();
            return probe.Outputs[0];
        }

        Assert.Equal(Run(value, [1, 1, 0]), Run([3, 1, 2, -2, 9, -7], [1, 1, 0]));
        Assert.Equal(new float[4], Run(value, [0, 0, 0]));
        Assert.NotEqual(Run(value, [1, 1, 0]), Run(value, [1, 1, 1]));
    }

    [Fact]
    public void Causal_attention_does_not_see_what_comes_later()
    {
        float[] x = [.. Enumerable.Range(0, 8).Select(i => (float)Math.Sin(i))], changed = [.. x[..6], 7, -3];
        foreach (Layer layer in (Layer[])[new Attention { Causal = true }, new AdditiveAttention { Causal = true }, new MultiHeadAttention(1, 3) { Causal = true }])
        {
            float[] first = LayerProbe.Run(layer, x, new Shape(4, 2)), second = LayerProbe.Run(layer, changed, new Shape(4, 2));
            Assert.Equal(first[..6], second[..6]);
            Assert.NotEqual(first[6..], second[6..]);
        }
    }

    [Fact]
    public void Additive_attention_by_hand()
    {
        // scores tanh(1 + 0), tanh(1 + 2); softmax; values 10 and 20.
        double first = Math.Exp(Math.Tanh(1)), second = Math.Exp(Math.Tanh(3));
        Feed[] feeds = [Feed.Constant(new Shape(1, 1), [1]), Feed.Constant(new Shape(2, 1), [10, 20]), Feed.Constant(new Shape(2, 1), [0, 2])];
        using var probe = new GraphProbe(feeds, LayerProbe.Builder(new AdditiveAttention { UseScale = false }), 1, Mode.Inference);
        probe.Run();
        Assert.Equal(((10 * first) + (20 * second)) / (first + second), probe.Outputs[0][0], 1e-5);
    }

    private static void Check(VectorCase vector, Layer layer, List<NumberArray> inputs)
    {
        var feeds = inputs.Select(x => Feed.Constant(new Shape(x.Shape.AsSpan(1)), x.Floats)).ToList();
        using var probe = new GraphProbe(feeds, LayerProbe.Builder(layer), inputs[0].Shape[0], Mode.Inference);
        foreach (var weight in vector.Json.GetProperty("weights").EnumerateArray())
        {
            VectorCase.Array(weight, "value")!.Floats.CopyTo(probe.Store.ValuesOf(probe.Parameter($"layer/{weight.GetProperty("name").GetString()}")));
        }
        probe.Run();
        Assert.Null(vector.Difference(Array.ConvertAll(probe.Outputs[0], v => (double)v)));
    }
}
