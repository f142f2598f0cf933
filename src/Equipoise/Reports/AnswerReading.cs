using System.Text.Json.Nodes;

namespace Equipoise.Reports;

/// <summary>Reads answers forgivingly: what is not there, or is of another kind, is empty. A page of an older answer shows less, but shows.</summary>
internal static class AnswerReading
{
    /// <summary>The text of a node; a number or a truth value as JSON writes it.</summary>
    public static string Text(this JsonNode? node) => node is null ? "" : node is JsonValue value && value.TryGetValue(out string? text) ? text : node.ToJsonString();

    /// <summary>The text under a name.</summary>
    public static string Text(this JsonNode? node, string name) => node.Under(name).Text();

    /// <summary>The figure under a name.</summary>
    public static Figure Figure(this JsonNode? node, string name) => Reports.Figure.Of(node.Under(name));

    /// <summary>Whether there is true under a name.</summary>
    public static bool Flag(this JsonNode? node, string name) => node.Under(name) is JsonValue value && value.TryGetValue(out bool flag) && flag;

    /// <summary>The list under a name.</summary>
    public static IReadOnlyList<JsonNode?> List(this JsonNode? node, string name) => node.Under(name) is JsonArray list ? [.. list] : [];

    /// <summary>Names and nodes under a name.</summary>
    public static IReadOnlyList<KeyValuePair<string, JsonNode?>> Entries(this JsonNode? node, string name) => node.Under(name) is JsonObject entries ? [.. entries] : [];

    /// <summary>What is under a name.</summary>
    public static JsonNode? Under(this JsonNode? node, string name) => node is JsonObject entries && entries.TryGetPropertyValue(name, out var found) ? found : null;
}
