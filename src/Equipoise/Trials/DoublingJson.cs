using System.Text.Json.Nodes;
using Equipoise.Runs;

namespace Equipoise.Trials;

/// <summary>What a doubled weight did as JSON: <c>measured</c> in the answer of <c>explain</c>. Numbers that are none are null.</summary>
public static class DoublingJson
{
    /// <summary>Writes it.</summary>
    public static JsonObject Write(DoublingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new JsonObject
        {
            ["doubled"] = result.Output, ["weight"] = RunJson.Number(result.Weight), ["doubled_weight"] = RunJson.Number(2 * result.Weight), ["steps"] = result.Steps, ["warm_up"] = result.WarmUp, ["orders"] = result.Orders,
            ["learning_rate"] = RunJson.Number(result.LearningRate), ["confidence"] = RunJson.Number(result.Confidence), ["seconds"] = Math.Round(result.Seconds, 3), ["how"] = How(result),
            ["parts"] = new JsonArray([.. result.Parts.Select(p => (JsonNode)new JsonObject { ["part"] = p.Part, ["rows"] = p.Rows, ["moments"] = new JsonArray([.. p.Moments.Select(m => (JsonNode)new JsonObject { ["steps"] = m.Steps, ["outputs"] = new JsonArray([.. m.Outputs.Select(o => (JsonNode)Loss(o))]) })]) })]),
        };
    }

    /// <summary>How it was measured, in words.</summary>
    public static string How(DoublingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return $"Trained on from the last weights of the run, twice for each order of the batches: with the weight doubled and without, in the same batches. Change: raw loss with the doubled weight − without; "
            + (result.Orders > 1 ? "from and to: its interval over the orders." : "one order does not say what is chance.") + " Predicted: to first order, from the gradients of the shared layers at the beginning; it holds for the first steps at best.";
    }

    private static JsonObject Loss(DoubledLoss loss) => new()
    {
        ["output"] = loss.Output, ["before"] = RunJson.Number(loss.Before), ["unchanged"] = RunJson.Number(loss.Unchanged), ["doubled"] = RunJson.Number(loss.Doubled), ["change"] = RunJson.Number(loss.Change),
        ["low"] = RunJson.Number(loss.Low), ["high"] = RunJson.Number(loss.High), ["predicted"] = RunJson.Number(loss.Predicted), ["verdict"] = loss.Verdict,
    };
}
