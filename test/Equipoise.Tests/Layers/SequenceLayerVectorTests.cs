using System.Text.Json;
using Equipoise.Engine.Graphs;
using Equipoise.Layers;
using Equipoise.Testing;
using Equipoise.Testing.Vectors;

namespace Equipoise.Tests.Layers;

/// <summary>The vectors of the layers for sequences.</summary>
public sealed class SequenceLayerVectorTests
{
    private static readonly string[] Names = ["LSTM", "GRU", "SimpleRNN", "Bidirectional", "Embedding", "GlobalAveragePooling1D", "GlobalMaxPooling1D", "Masking"];

    public static TheoryData<string> Ids => [.. VectorFile.Of("layer").Where(v => Names.Contains(v.Name)).Select(v => v.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void Layer_agrees_with_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        Assert.Null(vector.Difference(Run(vector)));
    }

    private static Layer Make(string name, JsonElement args)
    {
        int Whole(string key) => args.GetProperty(key).GetInt32();
        bool Flag(string key, bool otherwise = false) => args.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetBoolean() : otherwise;
        if (name is "Embedding") return new Embedding(Whole("output_dim")) { MaskZero = Flag("mask_zero") };
        if (name is "GlobalAveragePooling1D") return new GlobalAveragePooling1D();
        if (name is "GlobalMaxPooling1D") return new GlobalMaxPooling1D();
        if (name is "Masking") return new Masking(args.GetProperty("mask_value").GetDouble());
        if (name is "Bidirectional")
        {
            var inner = args.GetProperty("layer");
            return new Bidirectional(Make(inner.GetProperty("class_name").GetString()!, inner.GetProperty("config")))
            {
                Merge = Enum.Parse<BidirectionalMerge>(args.GetProperty("merge_mode").GetString()!, ignoreCase: true),
            };
        }
        Assert.Equal("tanh", args.GetProperty("activation").GetString());
        RecurrentLayer layer = name switch
        {
            "LSTM" => new Lstm(Whole("units")),
            "GRU" => new Gru(Whole("units")) { ResetAfter = Flag("reset_after", true) },
            "SimpleRNN" => new SimpleRnn(Whole("units")),
            _ => throw new InvalidOperationException(name),
        };
        // A setting that is false is left out of some vectors.
        return layer with { ReturnSequences = Flag("return_sequences"), GoBackwards = Flag("go_backwards"), UseBias = Flag("use_bias") };
    }

    private static double[] Run(VectorCase vector)
    {
        var layer = Make(vector.Name, vector.Args);
        // Kept axes of length 1 change the shape alone; here the width is always the last axis.
        var x = vector.Text("data_format") == "channels_first" ? LayerVectorTests.MoveAxis(vector.Input("x")!, 1, 2) : vector.Input("x")!;
        int rows = x.Shape[0];
        List<Feed> feeds = [vector.Name == "Embedding"
            ? Feed.Indices(x.Shape[1], (int)vector.Argument("input_dim", 0), Array.ConvertAll(x.Values, v => (int)v))
            : Feed.Constant(new Shape(x.Shape.AsSpan(1)), x.Floats)];
        NumberArray? mask = null, states = null;
        if (vector.Inputs.TryGetProperty("kwargs", out var more))
        {
            mask = VectorCase.Array(more, "mask");
            states = VectorCase.Array(more, "initial_state");
        }
        if (states is not null)
        {
            int units = states.Shape[^1];
            for (int s = 0; s < states.Length / (rows * units); s++) feeds.Add(Feed.Constant(new Shape(units), states.Floats[(s * rows * units)..((s + 1) * rows * units)]));
        }
        if (mask is not null) feeds.Add(Feed.Constant(new Shape(mask.Shape[1]), mask.Floats));
        using var probe = new GraphProbe(feeds, (graph, nodes) => Build(layer, graph, nodes, mask is not null), rows, Mode.Inference);
        var weights = vector.Json.GetProperty("weights").EnumerateArray().ToList();
        for (int i = 0; i < weights.Count; i++)
        {
            string name = weights[i].GetProperty("name").GetString()!.Split('/')[^1];
            if (layer is Bidirectional) name = (i < weights.Count / 2 ? "forward/" : "backward/") + name;
            NumberArray.Parse(weights[i].GetProperty("value")).Floats.CopyTo(probe.Store.ValuesOf(probe.Parameter("layer/" + name)));
        }
        probe.Run();
        return Array.ConvertAll(probe.Outputs[0], v => (double)v);
    }

    private static GraphNode Build(Layer layer, Graph graph, IReadOnlyList<GraphNode> nodes, bool masked)
    {
        if (masked) nodes[0].Mask = nodes[^1];
        return layer.Build(new LayerBuilder(new BuildContext(graph), layer, "layer"), masked ? [.. nodes.SkipLast(1)] : nodes);
    }
}
