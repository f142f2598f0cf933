using System.Globalization;
using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>Reads and writes the parts of a saved encoder by hand, so that nothing needs reflection. Numbers come back to the bit.</summary>
internal static class EncoderJson
{
    public static JsonArray Array(IEnumerable<string> values)
    {
        var array = new JsonArray();
        foreach (string value in values) array.Add((JsonNode?)JsonValue.Create(value));
        return array;
    }

    public static JsonArray Array(IEnumerable<double> values)
    {
        var array = new JsonArray();
        foreach (double value in values) array.Add((JsonNode?)JsonValue.Create(value));
        return array;
    }

    public static JsonArray Array(IEnumerable<int> values)
    {
        var array = new JsonArray();
        foreach (int value in values) array.Add((JsonNode?)JsonValue.Create(value));
        return array;
    }

    public static string Text(JsonObject json, string name) => Part(json, name).ToString();

    public static string? OptionalText(JsonObject json, string name) => json[name]?.ToString();

    public static double Number(JsonObject json, string name) => ToNumber(Part(json, name), name);

    public static int Integer(JsonObject json, string name) => (int)Number(json, name);

    public static bool Flag(JsonObject json, string name) => Text(json, name) is "true";

    public static string[] Texts(JsonObject json, string name) => [.. List(json, name).Select(item => item?.ToString() ?? throw Damaged(name))];

    public static double[] Numbers(JsonObject json, string name) => [.. List(json, name).Select(item => ToNumber(item, name))];

    public static int[] Integers(JsonObject json, string name) => [.. List(json, name).Select(item => (int)ToNumber(item, name))];

    // By way of object: the runtime compiles nothing for each enumeration.
    public static TEnum Choice<TEnum>(JsonObject json, string name) where TEnum : struct, Enum
        => Enum.TryParse(typeof(TEnum), Text(json, name).Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out object? value) ? (TEnum)value : throw Damaged(name);

    public static DataException Damaged(string name) => new($"The saved encoder is damaged: its part '{name}' is missing or of the wrong kind. Train again, or restore the run's folder.");

    private static JsonNode Part(JsonObject json, string name) => json[name] ?? throw Damaged(name);

    private static JsonArray List(JsonObject json, string name) => json[name] as JsonArray ?? throw Damaged(name);

    // By way of text: a node that was just made and one that was parsed answer differently to GetValue.
    private static double ToNumber(JsonNode? node, string name)
        => node is not null && double.TryParse(node.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw Damaged(name);
}
