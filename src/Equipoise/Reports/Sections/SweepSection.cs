using System.Text.Json.Nodes;
using Equipoise.Reports.Charts;

namespace Equipoise.Reports.Sections;

/// <summary>The page of <c>sweep</c>.</summary>
internal static class SweepSection
{
    private const int MostCharts = 3;

    public static void Write(PageWriter page, Answer answer)
    {
        var result = answer.Result;
        var trials = result.List("trials");
        (string Name, bool Higher)[] objectives = [.. result.List("objectives").Select(o => (o.Text("name"), o.Text("better") == "higher"))];
        var plan = result.Under("plan");
        page.Facts(("trials", Figure.Count(trials.Count)), ("sampler", plan.Text("sampler")), ("seeds", Cell.Of(plan.Figure("seeds"), Figure.Count)),
            ("epochs", Cell.Of(plan.Figure("epochs"), Figure.Count)), ("hypervolume", Cell.Of(result.Figure("hypervolume"), Figure.Number)), ("share of the box", Cell.Of(result.Figure("hypervolume_share"), Figure.Percent)));
        if (result.Under("best") is { } best)
        {
            string bounds = string.Join(", ", best.List("where").Select(w => w.Text()));
            page.Markup.Element("p", $"Best {best.Text("by")}{(bounds.Length > 0 ? $" with {bounds}" : "")}: {(best.Figure("trial").Is ? Name(best.Text("trial")) : "no trial keeps the bounds")}.", ("class", "verdict"));
        }
        if (result.Figure("knee").Is) page.Paragraph($"Knee of the front: {Name(result.Text("knee"))}, the farthest from the line between the ends of the front, towards the best of each.");
        int charts = 0;
        page.Markup.Open("div", ("class", "charts"));
        for (int i = 0; i < objectives.Length; i++)
        {
            for (int j = i + 1; j < objectives.Length && charts < MostCharts; j++, charts++) Chart(page, result, trials, objectives[i], objectives[j], objectives.Length == 2);
        }
        page.Markup.Close();
        var drawn = ParallelChart.Write(page, "Settings and what came of them, a line for each trial; those on the front in colour", trials, objectives);
        if (drawn) page.Note("Each axis goes from the least to the greatest value among the trials; arrows show the better side.");
        Table(page, result, trials, objectives);
    }

    private static void Chart(PageWriter page, JsonNode result, IReadOnlyList<JsonNode?> trials, (string Name, bool Higher) x, (string Name, bool Higher) y, bool line)
    {
        ScatterChart.Point[] points = [.. trials.Where(t => t.Text("state") is "done" or "pruned").Select(t => new ScatterChart.Point(Name(t.Text("trial")), t.Under("objectives").Figure(x.Name), t.Under("objectives").Figure(y.Name), Kind(result, t), t.Flag("on_front")))
            .Where(p => p.X.Is && p.Y.Is)];
        if (points.Length == 0) return;
        (string Kind, string Meaning)[] legend = [("front", "front"), ("knee", "knee"), ("chosen", "best within the bounds"), ("start", "the config as it is"), ("other", "other"), ("pruned", "ended early")];
        ScatterChart.Write(page, $"{x.Name} and {y.Name}", x, y, points, line, legend.Where(l => points.Any(p => p.Kind == l.Kind)).Select(l => (l.Meaning, l.Kind)));
    }

    private static void Table(PageWriter page, JsonNode result, IReadOnlyList<JsonNode?> trials, (string Name, bool Higher)[] objectives)
    {
        page.Heading("All trials");
        string[] paths = [.. trials.SelectMany(t => t.Entries("changes")).Select(c => c.Key).Distinct()];
        page.Table(["trial", "", .. paths.Select(Short), .. objectives.Select(o => $"#{o.Name}"), "#epochs", "#time", "ended"], trials.OrderByDescending(t => t.Flag("on_front")).Select(t => (IReadOnlyList<Cell>)
        [
            new Cell(t.Text("trial"), Figure.None, null) { Strong = t.Flag("on_front") }, Kind(result, t) switch { "other" or "pruned" => "", "start" => "as it is", var kind => kind },
            .. paths.Select(p => (Cell)t.Under("changes").Text(p)), .. objectives.Select(o => Cell.Of(t.Under("objectives").Figure(o.Name), Figure.Number)), Cell.Of(t.Figure("epochs"), Figure.Count), Cell.Of(t.Figure("seconds"), Figure.Seconds),
            t.Text("state") switch { "done" => "", "pruned" => "early", var state => state },
        ]));
        string[] reasons = [.. trials.Where(t => t.Text("reason").Length > 0).Select(t => $"{Name(t.Text("trial"))}: {t.Text("reason")}")];
        if (reasons.Length == 0) return;
        page.Markup.Open("details").Element("summary", "Why trials ended before their time");
        page.List(reasons);
        page.Markup.Close();
    }

    private static string Kind(JsonNode result, JsonNode? trial)
    {
        string number = trial.Text("trial");
        if (result.Under("best").Text("trial") == number) return "chosen";
        if (result.Text("knee") == number && result.List("front").Count > 1) return "knee";
        if (trial.Flag("on_front")) return "front";
        return number == "0" ? "start" : trial.Text("state") == "pruned" ? "pruned" : "other";
    }

    // outputs.price.weight is 'price weight'.
    private static string Short(string path) => path.StartsWith("outputs.", StringComparison.Ordinal) && path.LastIndexOf('.') is > 8 and var at ? $"{path[8..at]} {path[(at + 1)..]}" : path;

    private static string Name(string number) => number == "0" ? "the config as it is" : $"trial {number}";
}
