using System.Text.Json.Nodes;

namespace Equipoise.Audits;

/// <summary>An audit as JSON: what <c>equipoise audit --json</c> has as its result. Numbers that are none are null.</summary>
public static class AuditJson
{
    /// <summary>Writes an audit.</summary>
    public static JsonObject Write(LogAudit audit)
    {
        ArgumentNullException.ThrowIfNull(audit);
        return new JsonObject { ["log"] = audit.Log.Path, ["format"] = audit.Log.Format, ["parts"] = List(audit.Parts, Part) };
    }

    private static JsonObject Part(PartAudit part) => new()
    {
        ["part"] = part.Part,
        ["lines"] = part.Lines,
        ["total"] = part.Total,
        ["terms"] = Texts(part.Terms),
        ["not_looked_at"] = Texts(part.Others),
        ["answer"] = part.Answer,
        ["certain"] = part.IsCertain,
        ["claim"] = part.Claim is { } claim ? new JsonObject { ["verdict"] = claim.Verdict, ["why"] = claim.Why } : null,
        ["explanations"] = List(part.Explanations, Explanation),
        ["equations"] = Texts(part.Equations),
        ["convergence"] = List(part.Convergence, c => new JsonObject { ["part"] = c.Part, ["first"] = Number(c.First), ["last"] = Number(c.Last), ["fell"] = Number(c.Factor), ["share_at_last"] = Number(c.LastShare) }),
        ["findings"] = Texts(part.Findings),
        ["advice"] = Texts(part.Advice),
    };

    private static JsonObject Explanation(LossExplanation explanation) => new()
    {
        ["causes"] = Texts(explanation.Causes),
        ["text"] = explanation.Text,
        ["fits"] = explanation.Fits,
        ["probability"] = Number(explanation.Probability),
        ["why"] = explanation.Why,
        ["weights"] = List(explanation.Weights, w => new JsonObject
        {
            ["part"] = w.Part, ["weight"] = Number(w.Value), ["least"] = Number(w.Least), ["greatest"] = Number(w.Greatest), ["at_first"] = Number(w.First), ["simplest"] = Number(w.Simplest),
        }),
        ["left_over"] = explanation.Leftover is { } left
            ? new JsonObject { ["first"] = Number(left.First), ["last"] = Number(left.Last), ["first_share"] = Number(left.FirstShare), ["last_share"] = Number(left.LastShare), ["spread"] = Number(left.Spread) } : null,
        ["scatter"] = Number(explanation.Scatter),
    };

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode> write) => new([.. items.Select(write)]);

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
