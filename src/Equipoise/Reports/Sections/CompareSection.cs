using System.Text.Json.Nodes;
using Equipoise.Reports.Charts;

namespace Equipoise.Reports.Sections;

/// <summary>The page of <c>compare</c>.</summary>
internal static class CompareSection
{
    public static void Write(PageWriter page, Answer answer)
    {
        var result = answer.Result;
        var variants = result.List("variants");
        page.Facts(("seeds", string.Join(", ", result.List("seeds").Select(s => s.Text()))), ("validation rows", Cell.Of(result.Figure("rows"), Figure.Count)));
        foreach (var figure in result.List("figures")) Verdict(page, figure, variants);
        Changes(page, variants);
        if (result.Under("tuning") is { } tuning)
        {
            page.Heading("Fixed weights that were searched for");
            page.Facts(("trainings", Cell.Of(tuning.Figure("trials"), Figure.Count)), ("took", Cell.Of(tuning.Figure("seconds"), Figure.Seconds)), (tuning.Text("figure"), Cell.Of(tuning.Figure("value"), Figure.Number)));
            page.Table(["output", "#weight"], tuning.Entries("weights").Select(w => (IReadOnlyList<Cell>)[w.Key, Cell.Of(Figure.Of(w.Value), Figure.Weight)]));
        }
        Transfer(page, result.List("transfer"));
    }

    private static void Verdict(PageWriter page, JsonNode? figure, IReadOnlyList<JsonNode?> variants)
    {
        string name = figure.Text("figure"), winner = figure.Text("winner");
        bool higher = figure.Flag("higher_is_better");
        page.Heading($"{name}, {(higher ? "higher" : "lower")} is better");
        page.Markup.Element("p", winner.Length > 0 ? $"Winner: {winner}; {figure.Text("reason")}." : $"No winner: {figure.Text("reason")}.", ("class", winner.Length > 0 ? "verdict" : "verdict none"));
        var differences = figure.List("differences");
        page.Table(["variant", "#mean", "#± over seeds", "#best − it", "#from", "#to", "#test", "#time of a training"], variants.Select(v =>
        {
            var difference = differences.FirstOrDefault(d => d.Text("second") == v.Text("name"));
            var own = v.Under("figures").Under(name);
            return (IReadOnlyList<Cell>)
            [
                new Cell(v.Text("name"), Figure.None, null) { Strong = v.Text("name") == figure.Text("best") }, Cell.Of(own.Figure("mean"), Figure.Number), Cell.Of(own.Figure("deviation"), Figure.Number),
                Cell.Of(difference.Figure("mean"), Figure.Signed), Cell.Of(difference.Figure("low"), Figure.Signed), Cell.Of(difference.Figure("high"), Figure.Signed), Cell.Of(own.Figure("test"), Figure.Number), Cell.Of(v.Figure("seconds"), Figure.Seconds),
            ];
        }));
        if (differences.Count > 0)
        {
            IntervalChart.Write(page, $"{figure.Text("best")} − the others, in {name}: clear where the interval does not hold 0",
                [.. differences.Select(d => new IntervalChart.Row($"{d.Text("second")}", d.Figure("low"), d.Figure("mean"), d.Figure("high"), Clear(d) ? "good" : "open"))]);
        }
        page.Markup.Open("p", ("class", "note")).Text("Each interval holds with ");
        page.Figure(figure.Figure("confidence"), Figure.Percent);
        page.Markup.Text(", paired by seed and validation row; the more variants there are, the wider it is, so that all hold together (Bonferroni).").Close();
    }

    private static bool Clear(JsonNode? difference) => difference.Figure("low").Value > 0 || difference.Figure("high").Value < 0;

    private static void Changes(PageWriter page, IReadOnlyList<JsonNode?> variants)
    {
        page.Heading("The variants");
        page.Table(["variant", "what differs", "note"], variants.Select(v => (IReadOnlyList<Cell>)
        [
            v.Text("name"), v.List("changes").Count == 0 ? "the config as it is" : string.Join("; ", v.List("changes").Select(c => c.Text())), string.Join(" ", ((string[])[v.Text("note"), v.Text("fault")]).Where(t => t.Length > 0)),
        ]));
    }

    private static void Transfer(PageWriter page, IReadOnlyList<JsonNode?> transfer)
    {
        if (transfer.Count == 0) return;
        page.Heading("Together and alone");
        page.Note("Each output trained together with the others, and alone (all other weights 0): whether the others help it.");
        page.Table(["output", "figure", "#together", "#alone", "#together − alone", "#from", "#to", "verdict"], transfer.Select(t => (IReadOnlyList<Cell>)
        [
            t.Text("output"), t.Text("figure"), Cell.Of(t.Figure("together"), Figure.Number), Cell.Of(t.Figure("alone"), Figure.Number), Cell.Of(t.Under("difference").Figure("mean"), Figure.Signed),
            Cell.Of(t.Under("difference").Figure("low"), Figure.Signed), Cell.Of(t.Under("difference").Figure("high"), Figure.Signed), t.Text("verdict"),
        ]));
    }
}
