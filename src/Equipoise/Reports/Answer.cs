using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Reports;

/// <summary>What a command answered, as its <c>--json</c> has it: all that a section of a report is made of, so that the page can say nothing else.</summary>
public sealed class Answer
{
    /// <summary>An answer from a command.</summary>
    /// <param name="command">The command: <c>explain</c>.</param>
    /// <param name="result">Its result. It is taken as the text that it is written as.</param>
    /// <param name="warnings">Its warnings.</param>
    /// <exception cref="ReportException">There are no pages of this command.</exception>
    public Answer(string command, JsonObject result, IEnumerable<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (!ReportPage.Commands.Contains(command)) throw new ReportException($"There is no page of the command '{command}'. {Suggestion.Advice(command, [.. ReportPage.Commands])}");
        Command = command;
        Result = JsonNode.Parse(result.ToJsonString())!.AsObject();
        Warnings = [.. warnings ?? []];
    }

    /// <summary>The command.</summary>
    public string Command { get; }

    /// <summary>Its result.</summary>
    public JsonObject Result { get; }

    /// <summary>Its warnings.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads what <c>--json</c> printed. The answer of <c>report</c> holds several.</summary>
    /// <param name="text">The text.</param>
    /// <param name="where">Where it comes from, for messages.</param>
    /// <exception cref="ReportException">It is no answer, or one that tells a fault.</exception>
    public static IReadOnlyList<Answer> Read(string text, string where)
    {
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(text);
        }
        catch (JsonException fault)
        {
            throw new ReportException($"{where}: this is no JSON: {fault.Message} A report takes run folders and what 'equipoise COMMAND ... --json' printed.", fault);
        }
        if (json is not JsonObject envelope || envelope["equipoise"] is not JsonValue version || envelope["command"] is not JsonValue name || !name.TryGetValue(out string? command))
            throw new ReportException($"{where}: this is no answer of equipoise: it has no 'equipoise' and 'command'. A report takes run folders and what 'equipoise COMMAND ... --json' printed.");
        if (!version.TryGetValue(out int form) || form != 1) throw new ReportException($"{where}: this answer has the form {version.ToJsonString()}; only form 1 is known here. Make it again with this version, or use a newer one.");
        if (envelope["result"] is not JsonObject result) throw new ReportException($"{where}: '{command}' ended with a fault, so there is no result to show: {(string?)envelope["error"]?["message"]}");
        string[] warnings = [.. envelope.List("warnings").Select(w => w.Text())];
        if (command != "report") return [Named(where, () => new Answer(command, result, warnings))];
        return [.. result.List("answers").OfType<JsonObject>().Select(a => Named(where, () => new Answer(a["command"].Text(), a["result"] as JsonObject ?? [], [])))];
    }

    private static Answer Named(string where, Func<Answer> make)
    {
        try
        {
            return make();
        }
        catch (ReportException fault)
        {
            throw new ReportException($"{where}: {fault.Message}", fault);
        }
    }
}
