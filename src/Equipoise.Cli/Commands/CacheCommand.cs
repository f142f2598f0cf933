using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Data;

namespace Equipoise.Cli.Commands;

/// <summary><c>cache</c>: lists or removes the encoded data that were kept.</summary>
internal static class CacheCommand
{
    public static Command Make(Shell shell)
    {
        var action = new Argument<string>("action") { Description = "list or clear.", DefaultValueFactory = _ => "list" };
        action.AcceptOnlyFromAmong("list", "clear");
        var command = new ToolCommand("cache", "Lists or removes the encoded data that are kept for the next training.",
            details: """
                What train, compare, calibrate, sweep and worker parse and encode is kept, under a hash of the files and of all that decides how they are encoded: the next time nothing is parsed, and data may be larger than memory.
                It is in the folder EQUIPOISE_CACHE (which may be 'off'), or else the user's cache folder (~/.cache/equipoise on Linux); at most 10 GiB: what was not used for the longest time goes. '--no-cache' does without.
                """,
            examples: ["equipoise cache", "equipoise cache clear"]) { action };
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(action)));
        return command;
    }

    private static int Run(Shell shell, string action)
    {
        if (shell.Cache is not { } cache)
        {
            shell.Say("There is no cache: EQUIPOISE_CACHE says 'off', or this user has no folder for one.");
            if (shell.Json) Envelope.Write(shell, "cache", new JsonObject { ["folder"] = null, ["entries"] = new JsonArray() });
            return ExitCodes.Done;
        }
        return action == "clear" ? Clear(shell, cache) : List(shell, cache);
    }

    private static int Clear(Shell shell, DataCache cache)
    {
        var (entries, bytes) = cache.Clear();
        if (shell.Json) Envelope.Write(shell, "cache", new JsonObject { ["folder"] = cache.Folder, ["removed"] = entries, ["bytes"] = bytes });
        else shell.Output.WriteLine($"Removed {Figures.Count(entries)} {(entries == 1 ? "entry" : "entries")}, {Size(bytes)}, from {cache.Folder}.");
        return ExitCodes.Done;
    }

    private static int List(Shell shell, DataCache cache)
    {
        var entries = cache.Entries();
        if (shell.Json)
        {
            Envelope.Write(shell, "cache", new JsonObject
            {
                ["folder"] = cache.Folder,
                ["entries"] = new JsonArray([.. entries.Select(e => (JsonNode)new JsonObject { ["key"] = e.Key, ["source"] = e.Source, ["rows"] = e.Rows, ["bytes"] = e.Bytes, ["used"] = e.Used.ToString("O", CultureInfo.InvariantCulture) })]),
            });
            return ExitCodes.Done;
        }
        if (entries.Count == 0)
        {
            shell.Say($"Nothing is kept in {cache.Folder}. 'equipoise train CONFIG' keeps what it encodes.");
            return ExitCodes.Done;
        }
        var table = new TextTable("key", "data", "rows", "size", "last used, UTC") { Right = { 2, 3 } };
        foreach (var entry in entries) table.Add(entry.Key[..Math.Min(8, entry.Key.Length)], entry.Source, Figures.Count(entry.Rows), Size(entry.Bytes), entry.Used.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        table.Write(shell.Output);
        shell.Output.WriteLine();
        shell.Output.WriteLine($"{Size(entries.Sum(e => e.Bytes))} in {cache.Folder}; 'equipoise cache clear' removes it.");
        return ExitCodes.Done;
    }

    private static string Size(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.0} GiB"),
    };
}
