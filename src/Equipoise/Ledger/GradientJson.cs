using System.Text.Json.Nodes;

namespace Equipoise.Ledger;

/// <summary>An account of gradients as JSON: <c>{steps, norms: {output: norm}, pairs: [{first, second, cosine, conflicts}], layers: {layer: {norms, pairs}}}</c>.</summary>
public static class GradientJson
{
    /// <summary>Writes an account.</summary>
    public static JsonObject Write(GradientAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var layers = new JsonObject();
        foreach (var layer in account.Layers) layers[layer.Layer] = new JsonObject { ["norms"] = Norms(layer.Norms), ["pairs"] = Pairs(layer.Pairs) };
        return new JsonObject { ["steps"] = account.Steps, ["norms"] = Norms(account.Norms), ["pairs"] = Pairs(account.Pairs), ["layers"] = layers };
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static GradientAccount Read(JsonNode json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new GradientAccount((long)json["steps"]!, ReadNorms(json["norms"]!), ReadPairs(json["pairs"]!),
            [.. json["layers"]!.AsObject().Select(l => new LayerGradients(l.Key, ReadNorms(l.Value!["norms"]!), ReadPairs(l.Value["pairs"]!)))]);
    }

    private static JsonObject Norms(IReadOnlyList<OutputNorm> norms)
    {
        var json = new JsonObject();
        foreach (var norm in norms) json[norm.Output] = double.IsFinite(norm.Norm) ? norm.Norm : null;
        return json;
    }

    private static JsonArray Pairs(IReadOnlyList<GradientPair> pairs)
        => new([.. pairs.Select(p => (JsonNode)new JsonObject { ["first"] = p.First, ["second"] = p.Second, ["cosine"] = p.Cosine, ["conflicts"] = p.Conflicts })]);

    private static OutputNorm[] ReadNorms(JsonNode json) => [.. json.AsObject().Select(n => new OutputNorm(n.Key, n.Value is null ? double.NaN : (double)n.Value))];

    private static GradientPair[] ReadPairs(JsonNode json)
        => [.. json.AsArray().Select(p => new GradientPair((string)p!["first"]!, (string)p["second"]!, (double)p["cosine"]!, (double)p["conflicts"]!))];
}
