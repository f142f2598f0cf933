using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Catalogs;
using Equipoise.Reports;

namespace Equipoise.Cli.Output;

/// <summary>What <c>--json</c> prints: one object with the version of its form, the command, whether it went well, and the result or the error.</summary>
internal static class Envelope
{
    private const int Version = 1;
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Shell shell, string command, JsonNode result, IEnumerable<string>? warnings = null)
        => Print(shell, new JsonObject { ["equipoise"] = Version, ["command"] = command, ["ok"] = true, ["result"] = result, ["warnings"] = Texts(warnings ?? []) });

    /// <summary>Gives an answer in every form that is wanted: as a page, and as JSON or, without <c>--json</c>, as text.</summary>
    /// <param name="shell">Where to.</param>
    /// <param name="command">The command.</param>
    /// <param name="page">The file of the page; null for none.</param>
    /// <param name="json">Makes the result; called if it is wanted as JSON or as a page, which is made of it.</param>
    /// <param name="print">Prints it as text.</param>
    /// <param name="warnings">The warnings.</param>
    public static void Give(Shell shell, string command, string? page, Func<JsonObject> json, Action print, IReadOnlyList<string>? warnings = null)
    {
        var result = shell.Json || page is not null ? json() : null;
        if (page is not null)
        {
            File.WriteAllText(page, ReportPage.Of([new Answer(command, result!, warnings)]));
            shell.Say($"Page: {page}");
        }
        if (shell.Json) Write(shell, command, result!, warnings);
        else print();
    }

    public static void WriteFault(Shell shell, string command, int code, string kind, string message, IReadOnlyList<Problem> problems)
    {
        var list = new JsonArray();
        foreach (var problem in problems) list.Add((JsonNode)new JsonObject { ["line"] = problem.Mark.Line, ["column"] = problem.Mark.Column, ["path"] = problem.Path, ["message"] = problem.Message });
        Print(shell, new JsonObject { ["equipoise"] = Version, ["command"] = command, ["ok"] = false, ["error"] = new JsonObject { ["exit_code"] = code, ["kind"] = kind, ["message"] = message, ["problems"] = list } });
    }

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static void Print(Shell shell, JsonObject json) => shell.Output.WriteLine(json.ToJsonString(Options));
}
