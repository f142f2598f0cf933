using System.Text.Json;
using Equipoise.Testing.Vectors;

namespace Equipoise.Balancing.Tests.Vectors;

/// <summary>The cases of every vector file that has sections for balancing, by section and id; of two with the same id the first.</summary>
internal static class BalancingVectors
{
    private static readonly Lazy<Dictionary<string, Dictionary<string, JsonElement>>> Sections = new(Read);

    /// <summary>Ids of the cases of a section.</summary>
    public static TheoryData<string> Ids(string section) => [.. Of(section).Keys];

    public static IReadOnlyDictionary<string, JsonElement> Of(string section) => Sections.Value.TryGetValue(section, out var cases) ? cases : [];

    public static JsonElement Find(string section, string id) => Sections.Value[section][id];

    public static bool Has(this JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public static double Number(this JsonElement json, string name, double otherwise) => json.Has(name) && json.GetProperty(name).ValueKind == JsonValueKind.Number ? json.GetProperty(name).GetDouble() : otherwise;

    public static string Text(this JsonElement json, string name) => json.Has(name) ? json.GetProperty(name).ToString() : "";

    public static double[] Numbers(this JsonElement json, string name) => NumberArray.Parse(json.GetProperty(name)).Values;

    public static double[][] Rows(this JsonElement json, string name)
    {
        var array = NumberArray.Parse(json.GetProperty(name));
        return [.. array.Values.Chunk(array.Width)];
    }

    /// <summary>Fails unless |got − wanted| ≤ absolute + relative × |wanted|, NaN equal to NaN.</summary>
    public static void Agree(double[] wanted, double[] got, double relative, double absolute, string what)
    {
        Assert.True(wanted.Length == got.Length, $"{what}: {got.Length} numbers, {wanted.Length} wanted");
        for (int i = 0; i < wanted.Length; i++)
        {
            bool agrees = wanted[i].Equals(got[i]) || Math.Abs(wanted[i] - got[i]) <= absolute + (relative * Math.Abs(wanted[i]));
            Assert.True(agrees, FormattableString.Invariant($"{what}: number {i} is {got[i]:R}, wanted {wanted[i]:R}; all: {string.Join(' ', got)}"));
        }
    }

    private static Dictionary<string, Dictionary<string, JsonElement>> Read()
    {
        var sections = new Dictionary<string, Dictionary<string, JsonElement>>();
        foreach (string file in VectorFile.Files)
        {
            var root = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;   // never disposed: the cases point into it
            if (root.ValueKind != JsonValueKind.Object) continue;
            foreach (var section in root.EnumerateObject())
            {
                if (section.NameEquals("vectors")) continue;    // cases of the other kind of file
                if (!sections.TryGetValue(section.Name, out var cases)) sections.Add(section.Name, cases = []);
                if (section.Value.ValueKind == JsonValueKind.Object) cases.TryAdd(Path.GetFileName(file), section.Value);
                else if (section.Value.ValueKind == JsonValueKind.Array) Add(cases, section.Value);
            }
        }

        return sections;
    }

    private static void Add(Dictionary<string, JsonElement> cases, JsonElement array)
    {
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id", out var id)) cases.TryAdd(id.GetString()!, item);
        }
    }
}
