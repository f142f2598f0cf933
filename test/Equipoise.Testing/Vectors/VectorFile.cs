using System.Text.Json;

namespace Equipoise.Testing.Vectors;

/// <summary>
/// The vector files: test/vectors, found from the test assembly's folder upward, and every JSON file of the folder that the
/// environment variable EQUIPOISE_VECTORS names. Files without a list "vectors" of cases with id, kind and name are for others and left out.
/// </summary>
public static class VectorFile
{
    private static readonly Lazy<IReadOnlyList<VectorCase>> Cases = new(Read);

    /// <summary>Every vector of every file; of two with the same id the first.</summary>
    public static IReadOnlyList<VectorCase> All => Cases.Value;

    /// <summary>The folder test/vectors of this checkout.</summary>
    public static string Folder
    {
        get
        {
            for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            {
                string folder = Path.Combine(at.FullName, "test", "vectors");
                if (Directory.Exists(folder)) return folder;
            }

            throw new DirectoryNotFoundException($"No folder test/vectors above {AppContext.BaseDirectory}.");
        }
    }

    /// <summary>Every JSON file: those of <see cref="Folder"/>, then those of EQUIPOISE_VECTORS.</summary>
    public static IEnumerable<string> Files
    {
        get
        {
            var folders = new List<string> { Folder };
            if (Environment.GetEnvironmentVariable("EQUIPOISE_VECTORS") is { Length: > 0 } more) folders.Add(more);
            return folders.SelectMany(folder => Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal));
        }
    }

    /// <summary>The vectors of a kind.</summary>
    public static IEnumerable<VectorCase> Of(string kind) => All.Where(vector => vector.Kind == kind);

    /// <summary>The vectors of a kind with a name.</summary>
    public static IEnumerable<VectorCase> Of(string kind, string name) => Of(kind).Where(vector => vector.Name == name);

    /// <summary>The vector with this id.</summary>
    public static VectorCase Find(string id) => All.First(vector => vector.Id == id);

    private static List<VectorCase> Read()
    {
        var seen = new HashSet<string>();
        var cases = new List<VectorCase>();
        foreach (string file in Files)
        {
            // The document is never disposed: the cases keep pointing into it.
            var root = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("vectors", out var vectors) || vectors.ValueKind != JsonValueKind.Array) continue;
            foreach (var vector in vectors.EnumerateArray())
            {
                bool ours = vector.TryGetProperty("id", out var id) && vector.TryGetProperty("kind", out _) && vector.TryGetProperty("name", out _);
                if (ours && seen.Add(id.GetString()!)) cases.Add(new VectorCase(vector));
            }
        }

        return cases;
    }
}
