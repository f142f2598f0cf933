using System.Globalization;
using System.Text;
using Equipoise.Engine.Graphs;

namespace Equipoise.Models;

/// <summary>Writes a model as a table: one line a layer operation.</summary>
internal static class ModelSummary
{
    public static string Of(Model model)
    {
        var plan = model.Graph.Compile(model.OutputNodes, Mode.Training, model.Watched);
        var rows = new List<string[]> { (string[])["node", "operation", "shape", "weights", "trains with"] };
        foreach (var node in plan.Nodes)
        {
            long weights = node.Operation.Parameters.Sum(p => (long)p.Length);
            var reach = plan.ReachOf(node);
            string outputs = reach.Count == model.Outputs.Count ? "all outputs" : string.Join(", ", model.Outputs.Where((_, i) => reach.Contains(i)).Select(o => o.Name));
            rows.Add([node.Name, node.Operation.Kind, node.Shape.ToString(), weights == 0 ? "" : weights.ToString("N0", CultureInfo.InvariantCulture), outputs]);
        }
        int[] widths = [.. Enumerable.Range(0, 5).Select(c => rows.Max(r => r[c].Length))];
        var text = new StringBuilder();
        foreach (var row in rows) text.AppendLine(string.Join("  ", row.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd());
        text.Append(CultureInfo.InvariantCulture, $"{model.TrainableCount:N0} trained numbers, {plan.SharedLength:N0} of them shared by several outputs");
        return text.ToString();
    }
}
