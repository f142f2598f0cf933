using System.Text.Json.Nodes;
using Equipoise.Data;

namespace Equipoise.Runs;

/// <summary>The rows of a config, parted and encoded.</summary>
/// <param name="Encoders">What encoded them.</param>
/// <param name="Train">The training part.</param>
/// <param name="Valid">The validation part; null if there is none.</param>
/// <param name="Test">The test part; null if there is none.</param>
/// <param name="Files">The files with their fingerprints.</param>
/// <param name="Warnings">Oddities of the values.</param>
internal sealed record EncodedRows(RunEncoders Encoders, Dataset Train, Dataset? Valid, Dataset? Test, IReadOnlyDictionary<string, Fingerprint> Files, IReadOnlyList<string> Warnings)
{
    private static readonly string[] _parts = ["train", "valid", "test"];

    /// <summary>Writes the rows into a cache; those in memory stay in use.</summary>
    public void Keep(DataCache cache, string key, string source)
    {
        string path = cache.Temporary();
        using (var file = new ColumnFileWriter(path))
        {
            var parts = new JsonObject();
            foreach (var (name, data) in _parts.Zip(new[] { Train, Valid, Test }))
            {
                if (data is null) continue;
                var part = new DatasetFile(file, data.Rows, new Dictionary<string, int>());
                part.Append(data);
                parts[name] = part.End();
            }
            file.Finish(Describe(Encoders, parts, Files, Warnings, source));
        }
        cache.Keep(key, path);
    }

    /// <summary>The rows that a cache keeps; null if it does not.</summary>
    public static EncodedRows? Find(DataCache cache, string key)
    {
        if (cache.Find(key) is not { } file) return null;
        var json = file.Description;
        var files = json["files"]!.AsObject().ToDictionary(f => f.Key, f => new Fingerprint((string)f.Value!["sha256"]!, (long)f.Value["bytes"]!, (int)f.Value["rows"]!, (int)f.Value["columns"]!), StringComparer.Ordinal);
        Dataset? Part(string name) => json["parts"]![name] is JsonObject part ? DatasetFile.Read(file, part) : null;
        return new EncodedRows(RunEncoders.Read(json["encoders"]!.AsObject()), Part("train")!, Part("valid"), Part("test"), files, [.. json["warnings"]!.AsArray().Select(w => (string)w!)]);
    }

    /// <summary>What stands in the cache beside the numbers.</summary>
    internal static JsonObject Describe(RunEncoders encoders, JsonObject parts, IReadOnlyDictionary<string, Fingerprint> files, IReadOnlyList<string> warnings, string source)
    {
        var prints = new JsonObject();
        foreach (var (name, print) in files) prints[name] = new JsonObject { ["sha256"] = print.Sha256, ["bytes"] = print.Bytes, ["rows"] = print.Rows, ["columns"] = print.Columns };
        return new JsonObject
        {
            ["source"] = source,
            ["rows"] = parts.Sum(p => (long)(int)p.Value!["rows"]!),
            ["encoders"] = encoders.ToJson(),
            ["files"] = prints,
            ["warnings"] = new JsonArray([.. warnings.Select(w => (JsonNode)w)]),
            ["parts"] = parts,
        };
    }
}
