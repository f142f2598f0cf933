using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Catalogs;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;

namespace Equipoise.Models;

/// <summary>A model as files: <c>model.json</c> has the layers and how they are connected, <c>model.safetensors</c> the weights.</summary>
/// <remarks>Layers are written through the catalogue, so a layer of one's own must be added to it. A layer used twice is written once.</remarks>
internal static class ModelFile
{
    public const string LayersName = "model.json";
    public const string WeightsName = "model.safetensors";
    private const int Format = 1;

    public static void Save(Model model, string folder)
    {
        Directory.CreateDirectory(folder);
        WriteLayers(model, Path.Combine(folder, LayersName));
        WeightsFile.Write(Path.Combine(folder, WeightsName), model.Store);
    }

    public static void WriteLayers(Model model, string file)
    {
        var layers = new List<Layer>();
        var nodes = new JsonArray();
        var numbers = new Dictionary<Node, int>(ReferenceEqualityComparer.Instance);
        foreach (var node in model.Nodes)
        {
            int layer = layers.FindIndex(l => ReferenceEquals(l, node.Layer));
            if (layer < 0)
            {
                layer = layers.Count;
                layers.Add(node.Layer);
            }
            nodes.Add((JsonNode)new JsonObject
            {
                ["name"] = node.Name,
                ["layer"] = layer,
                ["inputs"] = new JsonArray([.. node.Inputs.Select(i => (JsonNode)numbers[i])]),
            });
            numbers.Add(node, numbers.Count);
        }
        var root = new JsonObject
        {
            ["equipoise"] = Format,
            ["layers"] = new JsonArray([.. layers.Select(l => SettingJson.Write(LayerCatalog.Catalog.Write(l)))]),
            ["nodes"] = nodes,
            ["inputs"] = new JsonArray([.. model.Inputs.Select((n, i) => new JsonObject { ["name"] = n.Name, ["node"] = numbers[model.UserInputs[i]] })]),
            ["outputs"] = new JsonArray([.. model.Outputs.Select((o, i) => new JsonObject { ["name"] = o.Name, ["node"] = numbers[model.UserOutputs[i]], ["link"] = model.Links[i].ToString() })]),
        };
        string aside = file + ".writing";
        File.WriteAllText(aside, root.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        File.Move(aside, file, overwrite: true);
    }

    public static Model Load(string folder)
    {
        var model = ReadLayers(Path.Combine(folder, LayersName));
        WeightsFile.Read(Path.Combine(folder, WeightsName), model.Store);
        return model;
    }

    public static Model ReadLayers(string file)
    {
        try
        {
            var root = JsonNode.Parse(File.ReadAllText(file))!;
            if ((int)root["equipoise"]! != Format) throw new DataException($"{file}: format {root["equipoise"]} is not known here; this version reads format {Format}. Update Equipoise.");
            return Build(root, file);
        }
        catch (Exception problem) when (problem is JsonException or NullReferenceException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException or IndexOutOfRangeException or OverflowException or ModelException)
        {
            throw new DataException($"{file}: this is not a model of Equipoise, or it is damaged: {problem.Message}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{file}: the model cannot be read: {problem.Message}");
        }
    }

    private static Model Build(JsonNode root, string file)
    {
        var problems = new Problems();
        // A copy of each: a bare name gives the catalogue's own object, and weights are known by the layer object.
        Layer?[] layers = [.. root["layers"]!.AsArray().Select((l, i) => LayerCatalog.Catalog.Read(SettingJson.Read(l), $"layers[{i}]", problems)).Select(l => l is null ? null : l with { })];
        if (problems.Any) throw new DataException($"{file}: {string.Join("; ", problems.All.Select(p => $"{p.Path}: {p.Message}"))}");
        var nodes = new List<Node>();
        foreach (var entry in root["nodes"]!.AsArray())
        {
            Node[] inputs = [.. entry!["inputs"]!.AsArray().Select(i => nodes[(int)i!])];
            nodes.Add(layers[(int)entry["layer"]!]!.Apply(inputs).Named((string)entry["name"]!));
        }
        var outputs = root["outputs"]!.AsArray();
        var model = new Model(
            [.. root["inputs"]!.AsArray().Select(i => nodes[(int)i!["node"]!])],
            [.. outputs.Select(o => nodes[(int)o!["node"]!])]);
        for (int i = 0; i < outputs.Count; i++) model.Links[i] = Enum.Parse<OutputLink>((string)outputs[i]!["link"]!);
        return model;
    }
}
