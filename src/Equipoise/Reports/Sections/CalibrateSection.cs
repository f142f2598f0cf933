using System.Text.Json.Nodes;
using Equipoise.Reports.Charts;

namespace Equipoise.Reports.Sections;

/// <summary>The page of <c>calibrate</c>.</summary>
internal static class CalibrateSection
{
    public static void Write(PageWriter page, Answer answer)
    {
        var result = answer.Result;
        var outputs = result.Entries("outputs");
        page.Facts(("rule", result.Text("rule").Replace('_', ' ')), ("seeds", string.Join(", ", result.List("seeds").Select(s => s.Text()))), ("steps", Cell.Of(result.Figure("steps"), Figure.Count)),
            ("measured from step", Cell.Of(result.Figure("first_step"), Figure.Count)), ("rounds", Cell.Of(result.Figure("rounds"), Figure.Count)), ("training took", Cell.Of(result.Figure("seconds"), Figure.Seconds)), ("written to", result.Text("written")));
        page.Heading("Proposed weights");
        page.Table(["output", "#weight", "#proposed", "#lowest seed", "#highest seed"], outputs.Select(o => (IReadOnlyList<Cell>)
        [
            o.Key, Cell.Of(o.Value.Under("before").Figure("weight"), Figure.Weight), Cell.Of(o.Value.Figure("weight"), Figure.Weight), Cell.Of(o.Value.Figure("weight_low"), Figure.Weight), Cell.Of(o.Value.Figure("weight_high"), Figure.Weight),
        ]));
        page.Heading("Contributions before and after");
        page.Note("Both are measured: the proposal was trained, too.");
        page.Markup.Open("div", ("class", "charts"));
        List<BarChart.Group> groups = [.. outputs.Select(o => new BarChart.Group(o.Key, [o.Value.Under("before").Figure("contribution"), o.Value.Under("after").Figure("contribution")]))];
        if (result.Figure("penalties_before") is { Is: true, Value: not 0 }) groups.Add(new BarChart.Group("penalties", [result.Figure("penalties_before"), result.Figure("penalties_after")]));
        BarChart.Write(page, "Contribution to the total", ["before", "after"], groups, Figure.Number);
        BarChart.Write(page, "Share of the total", ["before", "after"], [.. outputs.Select(o => new BarChart.Group(o.Key, [o.Value.Under("before").Figure("share"), o.Value.Under("after").Figure("share")]))], Figure.Percent);
        page.Markup.Close();
        foreach (string side in (string[])["before", "after"])
        {
            page.Markup.Element("h4", side == "before" ? "Before" : "After");
            page.Table(["output", "#raw loss", "#weight", "#contribution", "#share", "#gradient"], outputs.Select(o => (IReadOnlyList<Cell>)
            [
                o.Key, Cell.Of(o.Value.Under(side).Figure("raw"), Figure.Number), Cell.Of(o.Value.Under(side).Figure("weight"), Figure.Weight), Cell.Of(o.Value.Under(side).Figure("contribution"), Figure.Number),
                Cell.Of(o.Value.Under(side).Figure("share"), Figure.Percent), Cell.Of(o.Value.Under(side).Figure("gradient"), Figure.Short),
            ]));
        }
        Metrics(page, result.List("metrics"));
        page.Heading("How even it is");
        page.Table(["", "#before", "#after"],
        [
            ["largest contribution by smallest", Cell.Of(result.Figure("ratio_before"), Figure.Short), Cell.Of(result.Figure("ratio_after"), Figure.Short)],
            ["largest weight × gradient by smallest", Cell.Of(result.Figure("pull_before"), Figure.Short), Cell.Of(result.Figure("pull_after"), Figure.Short)],
        ]);
        page.Heading("Where the losses begin");
        page.Table(["output", "#best constant prediction", "#first step"], outputs.Select(o => (IReadOnlyList<Cell>)[o.Key, Cell.Of(o.Value.Figure("constant"), Figure.Number), Cell.Of(o.Value.Figure("first_step"), Figure.Number)]));
    }

    private static void Metrics(PageWriter page, IReadOnlyList<JsonNode?> metrics)
    {
        if (metrics.Count == 0) return;
        page.Heading("What becomes of the metrics");
        page.Note("On the validation part, after the same steps with the same seeds. The interval is that over the seeds; with one seed there is none.");
        page.Table(["metric", "better", "#before", "#after", "#after − before", "#from", "#to", "verdict"], metrics.Select(m => (IReadOnlyList<Cell>)
        [
            $"{m.Text("output")}.{m.Text("metric")}", m.Flag("higher_is_better") ? "higher" : "lower", Cell.Of(m.Figure("before"), Figure.Number), Cell.Of(m.Figure("after"), Figure.Number),
            Cell.Of(m.Figure("difference"), Figure.Signed), Cell.Of(m.Figure("low"), Figure.Signed), Cell.Of(m.Figure("high"), Figure.Signed), m.Text("verdict"),
        ]));
    }
}
