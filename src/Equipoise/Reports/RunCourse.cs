using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Ledger;
using Equipoise.Runs;

namespace Equipoise.Reports;

/// <summary>The course of a run's accounts, metrics and cosines as JSON.</summary>
internal static class RunCourse
{
    /// <summary>A point for each epoch.</summary>
    public static JsonArray OfEpochs(IEnumerable<Explanation> lines) => new([.. lines.Select(l => (JsonNode)Point(l.Entry))]);

    /// <summary>A point for each stretch of steps: means weighted by rows; the weight is what the mean contribution is by the mean raw loss.</summary>
    public static JsonArray OfSteps(LedgerEntry[] steps, int most)
    {
        int size = Math.Max(1, (steps.Length + most - 1) / most);
        var points = new JsonArray();
        foreach (var stretch in steps.Chunk(size)) points.Add((JsonNode)Point(Mean(stretch)));
        return points;
    }

    /// <summary>Every metric in every epoch, from the lines of a ledger.</summary>
    public static JsonArray Metrics(string ledger)
    {
        var all = new JsonArray();
        foreach (string line in File.ReadLines(ledger).Where(l => l.Contains("\"metrics\"", StringComparison.Ordinal)))
        {
            try
            {
                var json = JsonNode.Parse(line);
                all.Add((JsonNode)new JsonObject { ["part"] = json.Text("part"), ["epoch"] = json.Under("epoch")?.DeepClone(), ["outputs"] = json.Under("metrics")?.DeepClone() });
            }
            catch (JsonException)
            {
                break;                                         // a last line cut short, which the ledger leaves out, too
            }
        }
        return all;
    }

    /// <summary>The cosine of each pair of outputs in every epoch whose gradients were looked at.</summary>
    public static JsonArray Cosines(IEnumerable<Explanation> epochs) => new([.. epochs.Where(e => e.Entry.Gradients is not null).Select(e => (JsonNode)new JsonObject
    {
        ["epoch"] = e.Entry.Epoch,
        ["pairs"] = new JsonArray([.. e.Entry.Gradients!.Pairs.Select(p => (JsonNode)new JsonObject { ["first"] = p.First, ["second"] = p.Second, ["cosine"] = RunJson.Number(p.Cosine), ["conflicts"] = RunJson.Number(p.Conflicts) })]),
    })]);

    private static JsonObject Point(LedgerEntry entry)
    {
        var outputs = new JsonObject();
        foreach (var o in entry.Outputs) outputs[o.Output] = new JsonObject { ["raw"] = RunJson.Number(o.RawLoss), ["weight"] = RunJson.Number(o.Weight), ["contribution"] = RunJson.Number(o.Contribution), ["share"] = RunJson.Number(o.Share) };
        return new JsonObject
        {
            ["epoch"] = entry.Epoch, ["step"] = entry.Step, ["total"] = RunJson.Number(entry.Total), ["learning_rate"] = RunJson.Number(entry.LearningRate), ["outputs"] = outputs,
            ["penalties"] = RunJson.Number(entry.PenaltySum), ["penalties_share"] = RunJson.Number(entry.Total == 0 ? double.NaN : entry.PenaltySum / entry.Total),
        };
    }

    private static LedgerEntry Mean(LedgerEntry[] steps)
    {
        double rows = steps.Sum(s => (double)s.Rows);
        double Of(Func<LedgerEntry, double> figure) => steps.Sum(s => s.Rows * figure(s)) / rows;
        double total = Of(s => s.Total);
        OutputTerm[] outputs = [.. steps[0].Outputs.Select((o, k) =>
        {
            double raw = Of(s => s.Outputs[k].RawLoss), contribution = Of(s => s.Outputs[k].Contribution);
            return new OutputTerm(o.Output, raw, raw == 0 ? o.Weight : contribution / raw, contribution, total == 0 ? double.NaN : contribution / total, steps.Sum(s => s.Outputs[k].Labelled), double.NaN);
        })];
        PenaltyTerm[] penalties = [.. steps[0].Penalties.Select((p, k) => new PenaltyTerm(p.Layer, p.Kind, Of(s => s.Penalties[k].Value), double.NaN))];
        return new LedgerEntry(steps[^1].Epoch, steps[^1].Step, (long)rows, steps[^1].LearningRate, outputs, penalties, total);
    }
}
