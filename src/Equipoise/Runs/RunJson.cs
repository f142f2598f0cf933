using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Ledger;
using Equipoise.Training;

namespace Equipoise.Runs;

/// <summary>Accounts and figures as JSON, as run folders and <c>--json</c> have them. What is not a number is null.</summary>
public static class RunJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>An account: the total, every output's term, every penalty, and the equation.</summary>
    public static JsonObject Account(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var outputs = new JsonObject();
        foreach (var o in entry.Outputs)
            outputs[o.Output] = new JsonObject { ["raw"] = Number(o.RawLoss), ["weight"] = Number(o.Weight), ["contribution"] = Number(o.Contribution), ["share"] = Number(o.Share), ["labelled"] = o.Labelled, ["divisor"] = Number(o.Divisor) };
        foreach (var o in entry.Outputs.Where(o => o.Losses.Count > 0))
        {
            var losses = new JsonObject();
            foreach (var l in o.Losses) losses[l.Name] = new JsonObject { ["raw"] = Number(l.RawLoss), ["weight"] = Number(l.Weight), ["contribution"] = Number(l.Contribution), ["share"] = Number(l.Share) };
            outputs[o.Output]!["losses"] = losses;
        }
        var penalties = new JsonArray();
        foreach (var p in entry.Penalties) penalties.Add((JsonNode)new JsonObject { ["layer"] = p.Layer, ["kind"] = p.Kind, ["value"] = Number(p.Value), ["share"] = Number(p.Share) });
        var json = new JsonObject { ["epoch"] = entry.Epoch, ["step"] = entry.Step, ["rows"] = entry.Rows, ["total"] = Number(entry.Total), ["outputs"] = outputs, ["penalties"] = penalties, ["equation"] = entry.Equation() };
        if (entry.Notes.Count > 0) json["notes"] = new JsonArray([.. entry.Notes.Select(n => (JsonNode)new JsonObject { ["kind"] = n.Kind, ["output"] = n.Output, ["steps"] = n.Steps })]);
        if (entry.Gradients is { } gradients) json["gradients"] = GradientJson.Write(gradients);
        return json;
    }

    /// <summary>A line of a ledger as <c>explain</c> answers it: the account, how exactly it adds up, who trains which layer, and what a doubled weight would change.</summary>
    public static JsonObject Explain(Explanation line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var json = Account(line.Entry);
        json["part"] = line.Part;
        json["gap"] = Number(line.Gap);
        if (GradientShare.Of(line.Entry) is { Count: > 0 } shares)
        {
            json["gradient_shares"] = new JsonArray([.. shares.Select(s => (JsonNode)new JsonObject
            {
                ["layer"] = s.Layer, ["shares"] = new JsonObject([.. s.Shares.Select(o => KeyValuePair.Create(o.Output, Number(o.Share)))]),
            })]);
        }
        if (DoubledWeight.Of(line.Entry) is { Count: > 0 } doubled)
        {
            json["doubled_weights"] = new JsonArray([.. doubled.Select(d => (JsonNode)new JsonObject
            {
                ["doubled"] = d.Output,
                ["slopes"] = new JsonArray([.. d.Slopes.Select(s => (JsonNode)new JsonObject { ["output"] = s.Output, ["now"] = Number(s.Now), ["then"] = Number(s.Doubled) })]),
            })]);
        }
        return json;
    }

    /// <summary>What an evaluation found: the account, with each output's metrics.</summary>
    public static JsonObject Evaluation(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var json = Account(result.Account);
        json.Remove("epoch");
        json.Remove("step");
        var metrics = new JsonObject();
        foreach (var group in result.Metrics.GroupBy(m => m.Output))
        {
            var figures = new JsonObject();
            foreach (var metric in group) figures[metric.Name] = Number(metric.Value);
            metrics[group.Key] = figures;
        }
        json["metrics"] = metrics;
        return json;
    }

    /// <summary>A number, or null where it is none.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>The text of a file.</summary>
    internal static string Text(JsonNode json) => json.ToJsonString(Indented) + "\n";
}
