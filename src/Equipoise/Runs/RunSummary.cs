using System.Text.Json;
using System.Text.Json.Nodes;

namespace Equipoise.Runs;

/// <summary>A run in a list of runs.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Epochs">Epochs that were trained; 0 if the run did not end by itself.</param>
/// <param name="BestEpoch">The epoch that was kept.</param>
/// <param name="ValidTotal">Total loss on the validation part; NaN if not known.</param>
/// <param name="Started">When it was started, in UTC.</param>
/// <param name="Finished">Whether its training ended by itself and the figures were written.</param>
public sealed record RunSummary(string Folder, int Epochs, int BestEpoch, double ValidTotal, string Started, bool Finished)
{
    /// <summary>The runs in a folder, oldest first.</summary>
    public static IReadOnlyList<RunSummary> In(string root)
        => Directory.Exists(root) ? [.. Directory.EnumerateDirectories(root).Where(RunFolder.IsRun).Select(Read).OrderBy(r => r.Started, StringComparer.Ordinal).ThenBy(r => r.Folder, StringComparer.Ordinal)] : [];

    private static RunSummary Read(string folder)
    {
        string started = (string?)Parse(Path.Combine(folder, RunFiles.Environment))?["started"] ?? "";
        var metrics = Parse(Path.Combine(folder, RunFiles.Metrics));
        if (metrics is null) return new RunSummary(folder, 0, 0, double.NaN, started, false);
        return new RunSummary(folder, (int?)metrics["epochs"] ?? 0, (int?)metrics["best_epoch"] ?? 0, (double?)metrics["parts"]?["valid"]?["total"] ?? double.NaN, started, true);
    }

    private static JsonNode? Parse(string file)
    {
        try
        {
            return File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
