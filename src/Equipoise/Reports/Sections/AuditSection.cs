using System.Text.Json.Nodes;
using Equipoise.Reports.Charts;

namespace Equipoise.Reports.Sections;

/// <summary>The page of <c>audit</c>.</summary>
internal static class AuditSection
{
    public static void Write(PageWriter page, Answer answer)
    {
        page.Facts(("log", answer.Result.Text("log")), ("form", answer.Result.Text("format")));
        foreach (var part in answer.Result.List("parts")) Part(page, part);
    }

    private static void Part(PageWriter page, JsonNode? part)
    {
        page.Heading(part.Text("part"));
        page.Facts(("lines", Cell.Of(part.Figure("lines"), Figure.Count)), ("total", part.Text("total")), ("parts", string.Join(", ", part.List("terms").Select(t => t.Text()))),
            ("not looked at", string.Join(", ", part.List("not_looked_at").Select(t => t.Text()))));
        page.Markup.Element("p", part.Text("answer"), ("class", part.Flag("certain") ? "verdict" : "warning"));
        foreach (var equation in part.List("equations")) page.Equation(equation.Text());
        if (part.Under("claim") is { } claim) page.Paragraph($"Claimed weights: {claim.Text("verdict").Replace('_', ' ')}. {claim.Text("why")}");
        var best = part.List("explanations") is [var first, ..] ? first : null;
        var weights = best.List("weights");
        var convergence = part.List("convergence");
        if (weights.Count > 0)
        {
            page.Table(["part", "#effective weight", "#from", "#to", "#simplest", "#at first", "#loss at first", "#at last", "#fell by a factor of", "#share at last"], weights.Select(w =>
            {
                var way = convergence.FirstOrDefault(c => c.Text("part") == w.Text("part"));
                return (IReadOnlyList<Cell>)
                [
                    w.Text("part"), Cell.Of(w.Figure("weight"), Figure.Weight), Cell.Of(w.Figure("least"), Figure.Weight), Cell.Of(w.Figure("greatest"), Figure.Weight), Cell.Of(w.Figure("simplest"), Figure.Weight), Cell.Of(w.Figure("at_first"), Figure.Weight),
                    Cell.Of(way.Figure("first"), Figure.Number), Cell.Of(way.Figure("last"), Figure.Number), Cell.Of(way.Figure("fell"), Figure.Short), Cell.Of(way.Figure("share_at_last"), Figure.Percent),
                ];
            }));
            page.Markup.Open("div", ("class", "charts"));
            IntervalChart.Write(page, "Effective weights, with what the rounding of the log leaves open", [.. weights.Select(w => new IntervalChart.Row(w.Text("part"), w.Figure("least"), w.Figure("weight"), w.Figure("greatest"), "s0"))]);
            if (convergence.Count > 1) BarChart.Write(page, "Share of the total in the last line", ["share"], [.. convergence.Select(c => new BarChart.Group(c.Text("part"), [c.Figure("share_at_last")]))], Figure.Percent);
            page.Markup.Close();
        }
        page.Table(["explanation", "fits", "#probability", "because"], part.List("explanations").Select(e => (IReadOnlyList<Cell>)
        [
            new Cell(string.Join(" + ", e.List("causes").Select(c => c.Text().Replace('_', ' '))), Figure.None, null) { Strong = e.Flag("fits") }, e.Flag("fits") ? "yes" : "no", Cell.Of(e.Figure("probability"), Figure.Percent), e.Text("why"),
        ]));
        foreach (var finding in part.List("findings")) page.Paragraph(finding.Text());
        if (part.List("advice").Count == 0) return;
        page.Paragraph("To be certain next time:");
        page.List(part.List("advice").Select(a => a.Text()));
    }
}
