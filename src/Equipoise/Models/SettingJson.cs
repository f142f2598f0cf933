using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Models;

/// <summary>Settings as JSON. Scalars stay texts, so that numbers come back to the last digit.</summary>
internal static class SettingJson
{
    public static JsonNode? Write(SettingNode node)
    {
        if (node.Entries is { } entries)
        {
            var map = new JsonObject();
            foreach (var entry in entries) map.Add(entry.Key, Write(entry.Value));
            return map;
        }
        if (node.Items is { } items) return new JsonArray([.. items.Select(Write)]);
        return node.Scalar is { } scalar ? JsonValue.Create(scalar) : null;
    }

    public static SettingNode Read(JsonNode? node) => node switch
    {
        null => SettingNode.Null(),
        JsonObject map => SettingNode.Map(map.Select(e => new SettingEntry(e.Key, Read(e.Value)))),
        JsonArray items => SettingNode.List(items.Select(Read)),
        _ => SettingNode.Of(node.ToString()),
    };
}
