using System.Text.Json;
using Equipoise.Activations;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Layers;
using Equipoise.Testing;
using Equipoise.Testing.Vectors;

namespace Equipoise.Tests.Layers;

/// <summary>Layers of fixed shapes against the numbers of Keras. Data with channels first is turned round before and after: here channels are always last.</summary>
public class LayerVectorTests
{
    private static readonly Dictionary<string, Func<VectorCase, Layer>> Layers = new()
    {
        ["Add"] = _ => new Add(),
        ["Subtract"] = _ => new Subtract(),
        ["Multiply"] = _ => new Multiply(),
        ["Average"] = _ => new Average(),
        ["Maximum"] = _ => new Maximum(),
        ["Minimum"] = _ => new Minimum(),
        ["Concatenate"] = v => new Concatenate((int)v.Argument("axis", -1)),
        ["Dense"] = v => new Dense((int)v.Argument("units", 1)) { UseBias = !v.Has("use_bias") || v.Flag("use_bias"), Activation = ActivationOf(v) },
        ["Flatten"] = _ => new Flatten(),
        ["Dropout"] = v => new Dropout(v.Argument("rate", 0)),
        ["ReLU"] = v => new ActivationLayer(new Relu(v.Argument("negative_slope", 0), v.Has("max_value") ? v.Argument("max_value", 0) : null, v.Argument("threshold", 0))),
        ["LeakyReLU"] = v => new ActivationLayer(new LeakyRelu(v.Argument("negative_slope", 0.3))),
        ["ELU"] = v => new ActivationLayer(new Elu(v.Argument("alpha", 1))),
        ["PReLU"] = _ => new PRelu(),
        ["Softmax"] = _ => new MaskedSoftmax(),
        ["Conv1D"] = v => new Conv1D((int)v.Argument("filters", 1), Whole(v, "kernel_size")[0])
        {
            Strides = Whole(v, "strides")[0], Dilations = Whole(v, "dilation_rate")[0], Groups = (int)v.Argument("groups", 1), Padding = PaddingOf(v), UseBias = v.Flag("use_bias"), Activation = ActivationOf(v),
        },
        ["Conv2D"] = v => new Conv2D((int)v.Argument("filters", 1), Pair(v, "kernel_size"))
        {
            Strides = Pair(v, "strides"), Dilations = Pair(v, "dilation_rate"), Groups = (int)v.Argument("groups", 1), Padding = PaddingOf(v), UseBias = v.Flag("use_bias"), Activation = ActivationOf(v),
        },
        ["DepthwiseConv1D"] = v => new DepthwiseConv1D(Whole(v, "kernel_size")[0])
        {
            DepthMultiplier = (int)v.Argument("depth_multiplier", 1), Strides = Whole(v, "strides")[0], Dilations = Whole(v, "dilation_rate")[0], Padding = PaddingOf(v), UseBias = v.Flag("use_bias"), Activation = ActivationOf(v),
        },
        ["DepthwiseConv2D"] = v => new DepthwiseConv2D(Pair(v, "kernel_size"))
        {
            DepthMultiplier = (int)v.Argument("depth_multiplier", 1), Strides = Pair(v, "strides"), Dilations = Pair(v, "dilation_rate"), Padding = PaddingOf(v), UseBias = v.Flag("use_bias"), Activation = ActivationOf(v),
        },
        ["SeparableConv1D"] = v => new SeparableConv1D((int)v.Argument("filters", 1), Whole(v, "kernel_size")[0])
        {
            DepthMultiplier = (int)v.Argument("depth_multiplier", 1), Strides = Whole(v, "strides")[0], Dilations = Whole(v, "dilation_rate")[0], Padding = PaddingOf(v), UseBias = v.Flag("use_bias"), Activation = ActivationOf(v),
        },
        ["SeparableConv2D"] = v => new SeparableConv2D((int)v.Argument("filters", 1), Pair(v, "kernel_size"))
        {
            DepthMultiplier = (int)v.Argument("depth_multiplier", 1), Strides = Pair(v, "strides"), Dilations = Pair(v, "dilation_rate"), Padding = PaddingOf(v), UseBias = v.Flag("use_bias"), Activation = ActivationOf(v),
        },
        ["Cropping1D"] = v => new Cropping1D(Whole(v, "cropping")[0], Whole(v, "cropping")[^1]),
        ["ZeroPadding1D"] = v => new ZeroPadding1D(Whole(v, "padding")[0], Whole(v, "padding")[^1]),
        ["Permute"] = v => new Permute(Whole(v, "dims")),
        ["RepeatVector"] = v => new RepeatVector((int)v.Argument("n", 1)),
        ["UpSampling1D"] = v => new UpSampling1D((int)v.Argument("size", 2)),
        ["MaxPooling1D"] = v => new MaxPooling1D(Whole(v, "pool_size")[0]) { Strides = v.Has("strides") ? Whole(v, "strides")[0] : null, Padding = PaddingOf(v) },
        ["MaxPooling2D"] = v => new MaxPooling2D(Pair(v, "pool_size")) { Strides = v.Has("strides") ? Pair(v, "strides") : null, Padding = PaddingOf(v) },
        ["AveragePooling1D"] = v => new AveragePooling1D(Whole(v, "pool_size")[0]) { Strides = v.Has("strides") ? Whole(v, "strides")[0] : null, Padding = PaddingOf(v) },
        ["AveragePooling2D"] = v => new AveragePooling2D(Pair(v, "pool_size")) { Strides = v.Has("strides") ? Pair(v, "strides") : null, Padding = PaddingOf(v) },
        ["GlobalAveragePooling2D"] = _ => new GlobalAveragePooling2D(),
        ["GlobalMaxPooling2D"] = _ => new GlobalMaxPooling2D(),
        ["BatchNormalization"] = v => new BatchNormalization(v.Argument("momentum", 0.99), v.Argument("epsilon", 1e-3)) { Center = v.Flag("center"), Scale = v.Flag("scale") },
        ["LayerNormalization"] = v => new LayerNormalization(Whole(v, "axis") is [-1] ? 1 : Whole(v, "axis").Length, v.Argument("epsilon", 1e-3)) { Center = v.Flag("center"), Scale = v.Flag("scale") },
        ["RMSNormalization"] = v => new RmsNormalization(v.Argument("epsilon", 1e-6)),
        ["GroupNormalization"] = v => new GroupNormalization((int)v.Argument("groups", 32), v.Argument("epsilon", 1e-3)) { Center = v.Flag("center"), Scale = v.Flag("scale") },
        // A dense layer works at every step by itself.
        ["TimeDistributed"] = v => new Dense(v.Args.GetProperty("layer").GetProperty("config").GetProperty("units").GetInt32()) { UseBias = false },
    };

    public static TheoryData<string> Ids => [.. VectorFile.Of("layer").Where(v => Layers.ContainsKey(v.Name)).Select(v => v.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void Vector_agrees(string id)
    {
        var vector = VectorFile.Find(id);
        Assert.False(vector.Flag("rms_scaling"), "There is no such layer here: list the vector with the reason.");
        Assert.True(vector.Name != "Softmax" || vector.Argument("axis", -1) is var axis && (axis == -1 || axis == Rank(vector) - 1), "Softmax is along the last axis: list the vector with the reason.");
        bool channelsFirst = vector.Text("data_format") == "channels_first" || (vector.Name is "BatchNormalization" or "GroupNormalization" && vector.Argument("axis", -1) is var a && a > 0 && a < Rank(vector) - 1);
        var inputs = Inputs(vector, channelsFirst);
        bool training = vector.Inputs.TryGetProperty("kwargs", out var kwargs) && kwargs.TryGetProperty("training", out var flag) && flag.GetBoolean();
        var mask = kwargs.ValueKind == JsonValueKind.Object ? VectorCase.Array(kwargs, "mask") : null;
        var feeds = inputs.Select(x => Feed.Constant(new Shape(x.Shape.AsSpan(1)), x.Floats)).ToList();
        if (mask is not null) feeds.Add(Feed.Constant(new Shape(mask.Shape.AsSpan(1)), mask.Floats));
        var layer = Layers[vector.Name](vector);
        var build = mask is null || vector.Name == "Softmax" ? LayerProbe.Builder(layer) : LayerProbe.MaskedBuilder(layer);
        using var probe = new GraphProbe(feeds, build, inputs[0].Shape[0], training ? Mode.Training : Mode.Inference);
        Fill(probe, vector.Json.GetProperty("weights"));
        probe.Run();
        int[] shape = [inputs[0].Shape[0], .. probe.Plan.Outputs[0].Shape.Dimensions];
        var y = new NumberArray([.. probe.Outputs[0].Select(v => (double)v)], shape);
        if (channelsFirst && shape.Length == inputs[0].Shape.Length) y = MoveAxis(y, shape.Length - 1, 1);
        Assert.Null(vector.Difference(y.Values));
        if (vector.Json.TryGetProperty("weights_after", out var after))
        {
            foreach (var weight in after.EnumerateArray())
            {
                double[] have = [.. probe.Store.ValuesOf(probe.Parameter($"layer/{weight.GetProperty("name").GetString()}")).ToArray().Select(v => (double)v)];
                Assert.Null(VectorCase.Compare(VectorCase.Array(weight, "value")!, have, 1e-5, 1e-6));
            }
        }
    }

    private static void Fill(GraphProbe probe, JsonElement weights)
    {
        foreach (var weight in weights.EnumerateArray())
        {
            VectorCase.Array(weight, "value")!.Floats.CopyTo(probe.Store.ValuesOf(probe.Parameter($"layer/{weight.GetProperty("name").GetString()}")));
        }
    }

    private static List<NumberArray> Inputs(VectorCase vector, bool channelsFirst)
    {
        var x = vector.Inputs.GetProperty("x");
        bool several = vector.Name is "Add" or "Subtract" or "Multiply" or "Average" or "Maximum" or "Minimum" or "Concatenate";
        var arrays = several ? x.EnumerateArray().Select(NumberArray.Parse) : [NumberArray.Parse(x)];
        return [.. arrays.Select(array => channelsFirst && array.Shape.Length > 2 ? MoveAxis(array, 1, array.Shape.Length - 1) : array)];
    }

    private static int Rank(VectorCase vector) => vector.Input("x")!.Shape.Length;

    internal static NumberArray MoveAxis(NumberArray array, int from, int to)
    {
        int rank = array.Shape.Length;
        var order = Enumerable.Range(0, rank).ToList();                // order[d]: which old axis becomes axis d
        order.RemoveAt(from);
        order.Insert(to, from);
        int[] shape = [.. order.Select(axis => array.Shape[axis])];
        var strides = new int[rank];
        for (int d = rank - 1, stride = 1; d >= 0; stride *= array.Shape[d--]) strides[d] = stride;
        var values = new double[array.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int rest = i, source = 0;
            for (int d = rank - 1; d >= 0; d--)
            {
                source += rest % shape[d] * strides[order[d]];
                rest /= shape[d];
            }
            values[i] = array.Values[source];
        }
        return new NumberArray(values, shape);
    }

    private static int[] Whole(VectorCase vector, string name)
        => vector.Args.GetProperty(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(e => e.GetInt32())] : [vector.Args.GetProperty(name).GetInt32()];

    private static Extent Pair(VectorCase vector, string name) => Whole(vector, name) is [var height, var width] ? (height, width) : Whole(vector, name)[0];

    private static WindowPadding PaddingOf(VectorCase vector) => Enum.Parse<WindowPadding>(vector.Text("padding", "valid")!, ignoreCase: true);

    private static Activation? ActivationOf(VectorCase vector) => vector.Text("activation") is { } name ? ActivationCatalog.Catalog.Find(name).Default : null;
}
