using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Equipoise.Catalogs;
using Equipoise.Data;
using Equipoise.Engine.Graphs;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Metrics;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Testing.Vectors;
using Equipoise.Training;
using Equipoise.Tests.Losses;
using Equipoise.Tests.Metrics;
using Equipoise.Tests.Optimizers;

namespace Equipoise.Tests.Training;

/// <summary>Turns the reference library's descriptions of models, losses, metrics and data into ours.</summary>
internal static partial class KerasParts
{
    private static readonly Dictionary<string, string> LossNames = new(StringComparer.Ordinal)
    {
        ["mse"] = "MeanSquaredError",
        ["mae"] = "MeanAbsoluteError",
        ["mape"] = "MeanAbsolutePercentageError",
        ["msle"] = "MeanSquaredLogarithmicError",
        ["huber"] = "Huber",
        ["binary_crossentropy"] = "BinaryCrossentropy",
        ["categorical_crossentropy"] = "CategoricalCrossentropy",
        ["sparse_categorical_crossentropy"] = "SparseCategoricalCrossentropy",
        ["poisson"] = "Poisson",
        ["crossentropy"] = "CategoricalCrossentropy",
    };

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Humps();

    /// <summary>A model from its description; the nodes that are outputs bear the outputs' names.</summary>
    public static Model Model(JsonElement description, IReadOnlyCollection<string> frozen)
    {
        var layers = description.GetProperty("layers").EnumerateArray().ToArray();
        var nodes = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var input in description.GetProperty("inputs").EnumerateArray()) nodes.Add(Text(input, "name"), InputNode(input, layers));
        int inputs = nodes.Count;
        foreach (var layer in layers)
        {
            Node[] from = [.. layer.GetProperty("from").EnumerateArray().Select(f => nodes[f.GetString()!])];
            string name = Text(layer, "name");
            var node = Layer(layer) with { Trainable = !frozen.Contains(name) };
            nodes.Add(name, node.Apply(from).Named(name));
        }
        var outputs = Outputs(description).Select(o => nodes[o.Layer].Named(o.Name)).ToArray();
        return new Model([.. nodes.Values.Take(inputs)], outputs);
    }

    /// <summary>Name of each output and the layer that gives it, in the order written.</summary>
    public static IEnumerable<(string Name, string Layer)> Outputs(JsonElement description)
    {
        var outputs = description.GetProperty("outputs");
        return outputs.ValueKind == JsonValueKind.Array
            ? outputs.EnumerateArray().Select(o => (o.GetString()!, o.GetString()!))
            : outputs.EnumerateObject().Select(o => (o.Name, o.Value.GetString()!));
    }

    /// <summary>A loss by name or as a component, and what its reduction divides by.</summary>
    public static (Loss Loss, Divisor Divisor) Loss(JsonElement spec, NumberArray target)
    {
        bool named = spec.ValueKind == JsonValueKind.String;
        string name = named ? LossNames.GetValueOrDefault(spec.GetString()!, spec.GetString()!) : Text(spec, "class_name");
        var config = named ? default : spec.GetProperty("config");
        var divisor = (named || !config.TryGetProperty("reduction", out var reduction) ? "sum_over_batch_size" : reduction.GetString()) switch
        {
            "sum_over_batch_size" or "mean" => Divisor.LabelledRows,
            "mean_with_sample_weight" => Divisor.SumOfWeights,
            "sum" => Divisor.None,
            var other => throw new InvalidOperationException($"No divisor for the reduction {other}."),
        };
        return (LossVectorTests.Make(Case("loss", name, config, new JsonObject { ["y_true"] = new JsonArray([.. target.Values.Select(v => (JsonNode)v)]) })), divisor);
    }

    /// <summary>A metric by name or as a component.</summary>
    public static Metric Metric(JsonElement spec)
    {
        if (spec.ValueKind == JsonValueKind.String) return MetricCatalog.Catalog.Find(spec.GetString()!).Default;
        return MetricVectorTests.Make(Case("metric", Text(spec, "class_name"), spec.GetProperty("config"), [])).Single();
    }

    /// <summary>An optimiser as a component.</summary>
    public static Optimizer Optimizer(JsonElement spec) => OptimizerVectorTests.Make(Case("optimizer", Text(spec, "class_name"), spec.GetProperty("config"), []));

    /// <summary>Targets of an output of a shape.</summary>
    public static TargetColumn Target(NumberArray values, Shape output, Loss? loss, NumberArray? weights)
    {
        int width = loss?.TargetWidth(output.Width) ?? values.Length / values.Shape[0] / output.Positions;
        int[] shape = output.Rank > 1 ? [.. output.Dimensions.SkipLast(1), width] : [width];
        return new TargetColumn(values.Floats, shape, weights?.Floats);
    }

    /// <summary>An input's values.</summary>
    public static InputColumn Column(NumberArray values, ModelInput input)
        => input.Kind == InputKind.Tokens ? new IndicesColumn(Array.ConvertAll(values.Values, v => (int)v), input.Shape.Size) : new NumbersColumn(values.Floats, [.. input.Shape.Dimensions]);

    private static Node InputNode(JsonElement input, JsonElement[] layers)
    {
        string name = Text(input, "name");
        int[] shape = [.. input.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
        bool tokens = input.TryGetProperty("dtype", out var type) && type.GetString()!.StartsWith("int", StringComparison.Ordinal);
        if (!tokens) return Input.Numbers(name, shape);
        var embedding = layers.First(l => l.GetProperty("from").EnumerateArray().Any(f => f.GetString() == name));
        return Input.Tokens(name, shape[0], embedding.GetProperty("config").GetProperty("input_dim").GetInt32());
    }

    private static Layer Layer(JsonElement layer)
    {
        string kind = Text(layer, "class_name");
        if (kind == "ReLU") return LayerCatalog.Catalog.Read(SettingNode.Map([new SettingEntry("activation", SettingNode.Of("relu"))]), "layer", new Problems())!;
        var settings = layer.GetProperty("config").EnumerateObject().Where(p => p.Name is not ("input_dim" or "name"))
            .Select(p => new SettingEntry(p.Name == "output_dim" ? "width" : p.Name, Setting(p.Value)));
        var problems = new Problems();
        var read = LayerCatalog.Catalog.Read(SettingNode.Map([new SettingEntry(Snake(kind), SettingNode.Map(settings))]), Text(layer, "name"), problems);
        Assert.False(problems.Any, string.Join("; ", problems.All.Select(p => $"{p.Path}: {p.Message}")));
        // A copy: a layer without settings is the catalogue's own object, and weights are known by the object.
        return read! with { };
    }

    private static SettingNode Setting(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => SettingNode.Null(),
        JsonValueKind.Number => SettingNode.Of(value.GetDouble()),
        JsonValueKind.True or JsonValueKind.False => SettingNode.Of(value.GetBoolean()),
        JsonValueKind.String => SettingNode.Of(value.GetString()!),
        JsonValueKind.Array => SettingNode.List(value.EnumerateArray().Select(Setting)),
        _ => SettingNode.Map([new SettingEntry(Snake(Text(value, "class_name")), value.GetProperty("config").EnumerateObject().Count() == 1
            ? Setting(value.GetProperty("config").EnumerateObject().First().Value)
            : SettingNode.Map(value.GetProperty("config").EnumerateObject().Select(p => new SettingEntry(p.Name, Setting(p.Value)))))]),
    };

    private static VectorCase Case(string kind, string name, JsonElement config, JsonObject inputs) => new(JsonDocument.Parse(new JsonObject
    {
        ["id"] = $"{kind}.{name}",
        ["kind"] = kind,
        ["name"] = name,
        ["args"] = config.ValueKind == JsonValueKind.Undefined ? new JsonObject() : JsonNode.Parse(config.GetRawText()),
        ["inputs"] = inputs,
    }.ToJsonString()).RootElement);

    private static string Snake(string name) => Humps().Replace(name, "_").ToLower(CultureInfo.InvariantCulture);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
