using System.Text.Json.Nodes;
using Equipoise.Reports.Charts;

namespace Equipoise.Reports.Sections;

/// <summary>What a doubled weight changed when it was tried, beside what was predicted.</summary>
internal static class DoubledSection
{
    public static void Write(PageWriter page, JsonNode? measured)
    {
        if (measured is null) return;
        string doubled = measured.Text("doubled");
        page.Heading($"What doubling the weight of '{doubled}' does: measured");
        page.Facts(("weight", Cell.Of(measured.Figure("weight"), Figure.Weight)), ("doubled", Cell.Of(measured.Figure("doubled_weight"), Figure.Weight)), ("steps", Cell.Of(measured.Figure("steps"), Figure.Count)),
            ("steps before, unchanged", Cell.Of(measured.Figure("warm_up"), Figure.Count)), ("batch orders", Cell.Of(measured.Figure("orders"), Figure.Count)),
            ("learning rate", Cell.Of(measured.Figure("learning_rate"), Figure.Short)), ("confidence", Cell.Of(measured.Figure("confidence"), Figure.Percent)));
        page.Note(measured.Text("how"));
        foreach (var part in measured.List("parts"))
        {
            string rows = part.Text("part") == "train" ? "training rows" : "validation rows";
            page.Markup.Element("h4", $"On {rows}");
            page.Facts(("rows", Cell.Of(part.Figure("rows"), Figure.Count)));
            var moments = part.List("moments");
            page.Table(["#steps", "output", "#before", "#unchanged", "#doubled", "#change", "#from", "#to", "#predicted", "verdict"], moments.SelectMany(m => m.List("outputs").Select((o, k) => (IReadOnlyList<Cell>)
            [
                (k == 0 ? Cell.Of(m.Figure("steps"), Figure.Count) : "") with { Strong = o.Text("output") == doubled }, o.Text("output"), Cell.Of(o.Figure("before"), Figure.Number), Cell.Of(o.Figure("unchanged"), Figure.Number), Cell.Of(o.Figure("doubled"), Figure.Number),
                Cell.Of(o.Figure("change"), Figure.SignedShort), Cell.Of(o.Figure("low"), Figure.SignedShort), Cell.Of(o.Figure("high"), Figure.SignedShort), Cell.Of(o.Figure("predicted"), Figure.SignedShort), o.Text("verdict"),
            ])));
            if (moments.Count == 0) continue;
            IntervalChart.Write(page, $"Change of the raw loss by doubling after {moments[^1].Text("steps")} steps, on {rows}", [.. moments[^1].List("outputs").Select(o => new IntervalChart.Row(o.Text("output"), o.Figure("low"), o.Figure("change"), o.Figure("high"),
                o.Text("verdict") switch { "falls" => "good", "rises" => "bad", _ => "open" }))]);
        }
    }
}
