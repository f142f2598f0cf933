using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Cli.Output;

/// <summary>What <c>--json</c> prints: one object with the version of its form, the command, whether it went well, and the result or the error.</summary>
internal static class Envelope
{
    private const int Version = 1;
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Shell shell, string command, JsonNode result, IEnumerable<string>? warnings = null)
        => Print(shell, new JsonObject { ["equipoise"] = Version, ["command"] = command, ["ok"] = true, ["result"] = result, ["warnings"] = Texts(warnings ?? []) });

    public static void WriteFault(Shell shell, string command, int code, string kind, string message, IReadOnlyList<Problem> problems)
    {
        var list = new JsonArray();
        foreach (var problem in problems) list.Add((JsonNode)new JsonObject { ["line"] = problem.Mark.Line, ["column"] = problem.Mark.Column, ["path"] = problem.Path, ["message"] = problem.Message });
        Print(shell, new JsonObject { ["equipoise"] = Version, ["command"] = command, ["ok"] = false, ["error"] = new JsonObject { ["exit_code"] = code, ["kind"] = kind, ["message"] = message, ["problems"] = list } });
    }

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static void Print(Shell shell, JsonObject json) => shell.Output.WriteLine(json.ToJsonString(Options));
}
