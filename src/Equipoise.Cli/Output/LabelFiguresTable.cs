using System.Text.Json.Nodes;
using Equipoise.Runs;

namespace Equipoise.Cli.Output;

/// <summary>How well each label is predicted, as a table for each output and as JSON.</summary>
internal static class LabelFiguresTable
{
    public static void Write(TextWriter output, IReadOnlyList<LabelFigures> figures)
    {
        if (figures.Count == 0) output.WriteLine("\nNo output is a set or a category, so there are no labels to look at.");
        foreach (var group in figures.GroupBy(f => f.Output))
        {
            output.WriteLine();
            var table = new TextTable($"label of {group.Key}", "support", "predicted", "precision", "recall", "f1", "average precision") { Right = { 1, 2, 3, 4, 5, 6 } };
            foreach (var f in group) table.Add(f.Label, Figures.Count(f.Support), Figures.Count(f.Predicted), Figures.Number(f.Precision), Figures.Number(f.Recall), Figures.Number(f.F1), Figures.Number(f.AveragePrecision));
            table.Write(output);
        }
    }

    public static JsonArray Json(IReadOnlyList<LabelFigures> figures) => new([.. figures.Select(f => (JsonNode)new JsonObject
    {
        ["output"] = f.Output,
        ["label"] = f.Label,
        ["support"] = f.Support,
        ["predicted"] = f.Predicted,
        ["precision"] = f.Precision,
        ["recall"] = f.Recall,
        ["f1"] = f.F1,
        ["average_precision"] = f.AveragePrecision,
    })]);
}
