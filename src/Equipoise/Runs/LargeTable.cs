using System.Text.Json.Nodes;
using Equipoise.Data;

namespace Equipoise.Runs;

/// <summary>Encodes a table that is not in memory, piece by piece, into a cache: the same numbers as if it were.</summary>
internal static class LargeTable
{
    private const int PieceCells = 1 << 16;

    /// <summary>Writes the parts of a table, and gives them back from where they lie.</summary>
    /// <param name="encoders">The fitted encoders.</param>
    /// <param name="parts">Name, table and places in the file of each part; a part without rows is left out.</param>
    /// <param name="fileRows">Rows of the file.</param>
    /// <param name="cache">Where they go.</param>
    /// <param name="key">Under which key.</param>
    /// <param name="source">How the config names the file.</param>
    /// <param name="files">The files with their fingerprints.</param>
    public static EncodedRows Encode(RunEncoders encoders, IReadOnlyList<(string Name, Table Table, int[] Places)> parts, int fileRows, DataCache cache, string key, string source, IReadOnlyDictionary<string, Fingerprint> files)
    {
        string path = cache.Temporary();
        var warnings = new List<string>();
        using (var file = new ColumnFileWriter(path))
        {
            var written = new JsonObject();
            var mistakes = new Mistakes();
            foreach (var (name, table, places) in parts)
            {
                var widths = encoders.Columns.Targets.Where(t => t.Value is SequenceTargetEncoder).ToDictionary(t => t.Key, t => ((SequenceTargetEncoder)t.Value).Longest(table), StringComparer.Ordinal);
                var part = new DatasetFile(file, table.Rows, widths);
                var told = new EncodingWarnings();
                TableColumn[] columns = [.. encoders.TrainingColumns.Select(c => table[c])];
                int rows = Math.Clamp(PieceCells / columns.Length, 64, 4096);
                for (int first = 0; first < table.Rows; first += rows)
                {
                    int count = Math.Min(rows, table.Rows - first);
                    Add(encoders, table.Load(first, count, columns), new ArraySegment<int>(places, first, count), fileRows, part, told, mistakes);
                }
                mistakes.ThrowIfAny();
                told.MoveTo(warnings);
                written[name] = part.End();
            }
            file.Finish(EncodedRows.Describe(encoders, written, files, warnings, source));
        }
        cache.Keep(key, path);
        return EncodedRows.Find(cache, key) ?? throw new IOException($"{cache.Folder}: what was just written there cannot be read back. Is another program changing it?");
    }

    private static void Add(RunEncoders encoders, Table piece, ArraySegment<int> places, int fileRows, DatasetFile part, EncodingWarnings warnings, Mistakes mistakes)
    {
        try
        {
            var encoded = encoders.Encode(piece, places, fileRows, warnings: warnings);
            if (!mistakes.Any) part.Append(encoded);
        }
        catch (DataException fault)
        {
            mistakes.Add(fault);                               // the mistakes of all pieces are told together
        }
    }
}
