using System.Text.Json;
using Equipoise.Testing.Vectors;

namespace Equipoise.Tests.Training;

/// <summary>Structures of the reference library in vector files: {"array": ...}, {"list": [...]}, {"dict": {...}}, and settings of several outputs.</summary>
internal static class KerasTree
{
    /// <summary>Arrays by path, in the reference library's order: keys sorted.</summary>
    public static IEnumerable<(string Path, NumberArray? Array)> Arrays(JsonElement tree, string path = "")
        => Leaves(tree, path).Select(l => (l.Path, l.Leaf is { ValueKind: JsonValueKind.Object } leaf && leaf.TryGetProperty("array", out var array) ? NumberArray.Parse(array) : null));

    /// <summary>What is neither a list nor a dict, by path: <c>p/q</c>, <c>r/0</c>.</summary>
    public static IEnumerable<(string Path, JsonElement Leaf)> Leaves(JsonElement tree, string path = "")
    {
        if (Branches(tree) is not { } branches) return [(path, tree)];
        return branches.SelectMany(b => Leaves(b.Value, path.Length == 0 ? b.Key : $"{path}/{b.Key}"));
    }

    /// <summary>What belongs to each output: a bare value goes to all; a list to the outputs in order; a dict by path or by name; missing: null.</summary>
    /// <param name="spec">The settings; plain JSON lists and objects count as list and dict unless they are components.</param>
    /// <param name="paths">Paths of the outputs.</param>
    /// <param name="names">Their names, for a dict over a list of outputs; or null.</param>
    public static JsonElement?[] PerOutput(JsonElement spec, IReadOnlyList<string> paths, IReadOnlyList<string>? names = null)
    {
        if (spec.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return new JsonElement?[paths.Count];
        if (Branches(spec) is null) return [.. paths.Select(_ => (JsonElement?)spec)];
        // Lists go by place among the outputs below, whatever their keys.
        var found = new JsonElement?[paths.Count];
        var branches = Branches(spec)!;
        bool isList = IsList(spec);
        string[] heads = [.. paths.Select(p => p.Split('/')[0]).Distinct()];
        int place = 0;
        foreach (var (key, value) in branches)
        {
            string head = isList ? heads[place++] : heads.Contains(key) ? key : heads[names!.ToList().IndexOf(key)];
            int[] own = [.. Enumerable.Range(0, paths.Count).Where(i => paths[i].Split('/')[0] == head)];
            bool leaf = paths[own[0]] == head;
            var inner = leaf ? [value] : PerOutput(value, [.. own.Select(i => paths[i][(head.Length + 1)..])]);
            for (int i = 0; i < own.Length; i++) found[own[i]] = inner[i] is { ValueKind: not JsonValueKind.Null } some ? some : null;
        }
        return found;
    }

    /// <summary>The elements of a list in either form, or the element alone.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement spec) => IsList(spec) ? Branches(spec)!.Select(b => b.Value) : [spec];

    private static bool IsList(JsonElement tree) => tree.ValueKind == JsonValueKind.Array || (tree.ValueKind == JsonValueKind.Object && tree.TryGetProperty("list", out _));

    private static (string Key, JsonElement Value)[]? Branches(JsonElement tree)
    {
        if (tree.ValueKind == JsonValueKind.Array) return [.. tree.EnumerateArray().Select((v, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), v))];
        if (tree.ValueKind != JsonValueKind.Object || tree.TryGetProperty("array", out _) || tree.TryGetProperty("class_name", out _)) return null;
        if (tree.TryGetProperty("list", out var list)) return Branches(list);
        var map = tree.TryGetProperty("dict", out var dict) ? dict : tree;
        return [.. map.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => (p.Name, p.Value))];
    }
}
