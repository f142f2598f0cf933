using System.Data.Common;
using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Runs;
using Equipoise.Sweeps;
using Equipoise.Trials;

namespace Equipoise.Cli.Queues;

/// <summary>Tasks, outcomes and figures as the texts that stand in a queue. A number that is none is null.</summary>
internal static class QueueText
{
    public static string Of(SweepState state) => state.ToString().ToLowerInvariant();

    public static string Of(IReadOnlyList<double> values) => new JsonArray([.. values.Select(RunJson.Number)]).ToJsonString();

    public static string Of(IReadOnlyList<ConfigChange> changes) => new JsonArray([.. changes.Select(c => (JsonNode)new JsonArray(c.Path, c.Value))]).ToJsonString();

    public static string Of(SweepOutcome outcome)
    {
        var figures = new JsonObject();
        foreach (var (name, value) in outcome.Figures) figures[name] = RunJson.Number(value);
        return new JsonObject { ["figures"] = figures, ["best_epoch"] = outcome.BestEpoch, ["epochs"] = outcome.Epochs, ["seconds"] = outcome.Seconds, ["reason"] = outcome.Reason }.ToJsonString();
    }

    /// <summary>What tells the data of a sweep from others: a hash for each file, by its name in the config.</summary>
    public static string Of(IReadOnlyDictionary<string, Fingerprint> files)
    {
        var hashes = new JsonObject();
        foreach (var (file, print) in files.OrderBy(f => f.Key, StringComparer.Ordinal)) hashes[file] = print.Sha256;
        return hashes.ToJsonString();
    }

    public static double[] Values(string text) => [.. JsonNode.Parse(text)!.AsArray().Select(v => v is null ? double.NaN : (double)v)];

    /// <summary>A row of number, point, seed, coordinates, changes.</summary>
    public static SweepTask Task(DbDataReader row)
        => new(row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), Values(row.GetString(3)), [.. JsonNode.Parse(row.GetString(4))!.AsArray().Select(c => new ConfigChange((string)c![0]!, (string)c[1]!))]);

    /// <summary>The same with state, worker, attempts, outcome.</summary>
    public static SweepTrial Trial(DbDataReader row)
    {
        var state = Enum.Parse<SweepState>(row.GetString(5), ignoreCase: true);
        return new SweepTrial(Task(row), state, row.GetString(6), row.GetInt32(7), row.IsDBNull(8) ? null : Outcome(state, JsonNode.Parse(row.GetString(8))!));
    }

    private static SweepOutcome Outcome(SweepState state, JsonNode json)
        => new(state, json["figures"]!.AsObject().ToDictionary(f => f.Key, f => f.Value is null ? double.NaN : (double)f.Value, StringComparer.Ordinal),
            (int)json["best_epoch"]!, (int)json["epochs"]!, (double)json["seconds"]!, (string)json["reason"]!);
}
