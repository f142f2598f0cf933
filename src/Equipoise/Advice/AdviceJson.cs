using System.Text.Json.Nodes;

namespace Equipoise.Advice;

/// <summary>Advice as JSON, for programs.</summary>
public static class AdviceJson
{
    /// <summary>The whole report.</summary>
    public static JsonObject Of(AdviceReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var json = new JsonObject
        {
            ["about"] = report.About,
            ["training_part"] = report.Part,
            ["outputs"] = Array(report.Outputs, Output),
            ["findings"] = Array(report.Findings, Finding),
        };
        if (report.Text is null) return json;
        json["following"] = Array(report.Following, Finding);
        json["diff"] = Diff(LineDiff.Of(report.Text, report.Changed ?? report.Text));
        return json;
    }

    private static JsonObject Output(OutputAdvice output) => new()
    {
        ["output"] = output.Name,
        ["column"] = output.Column,
        ["type"] = output.Type,
        ["reason"] = output.Reason,
        ["guess_loss"] = output.GuessLoss is { } guess ? Number(guess) : null,
        ["statistics"] = new JsonObject(output.Statistics.All.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Name, Number(s.Value)))),
        ["losses"] = Array(output.Losses, Choice),
        ["metrics"] = Array(output.Metrics, Choice),
    };

    private static JsonObject Choice(RankedChoice choice) => new()
    {
        ["name"] = choice.Name,
        ["config"] = choice.Text,
        ["reason"] = choice.Reason,
        ["decided_by"] = choice.Decider,
    };

    private static JsonObject Finding(Finding finding) => new()
    {
        ["rule"] = finding.Rule,
        ["severity"] = finding.Severity.ToString().ToLowerInvariant(),
        ["output"] = finding.Output,
        ["line"] = finding.Place.Line == 0 ? null : finding.Place.Line,
        ["evidence"] = finding.Evidence,
        ["advice"] = finding.Advice,
        ["diff"] = Diff(finding.Diff),
    };

    private static JsonArray Diff(IReadOnlyList<DiffLine> lines) => Array(lines, l => new JsonObject { ["change"] = l.Added ? "+" : "-", ["line"] = l.Number, ["text"] = l.Text });

    // JSON has no NaN: what is not defined is null.
    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonObject> make) => new([.. items.Select(i => (JsonNode)make(i))]);
}
