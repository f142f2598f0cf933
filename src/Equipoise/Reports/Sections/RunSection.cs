using System.Text.Json.Nodes;
using Equipoise.Reports.Charts;

namespace Equipoise.Reports.Sections;

/// <summary>The page of a run.</summary>
internal static class RunSection
{
    private const double LargeRatio = 30;                      // of figures on one axis: then equal factors are equally far apart

    public static void Write(PageWriter page, Answer answer)
    {
        var run = answer.Result;
        var rows = run.Under("rows");
        page.Facts(("folder", run.Text("run")), ("started", run.Text("started")), ("version", run.Text("version")), ("seed", Cell.Of(run.Figure("seed"), Figure.Whole)), ("numbers that are trained", Cell.Of(run.Figure("trained_numbers"), Figure.Count)),
            ("rows to train", Cell.Of(rows.Figure("train"), Figure.Count)), ("to validate", Cell.Of(rows.Figure("valid"), Figure.Count)), ("to test", Cell.Of(rows.Figure("test"), Figure.Count)), ("balance", run.Text("balance")),
            ("epochs", Cell.Of(run.Figure("epochs"), Figure.Count)), ("best epoch", Cell.Of(run.Figure("best_epoch"), Figure.Whole)), ("kept by", run.Text("kept_by")), ("stopped", run.Text("stopped")), ("took", Cell.Of(run.Figure("seconds"), Figure.Seconds)));
        Parts(page, run.Entries("parts"), run.Figure("best_epoch"));
        Course(page, run);
        Metrics(page, run.List("metrics"));
        if (run.Under("gradients_of") is { } looked)
        {
            page.Note($"What follows is of epoch {looked.Text("epoch")}, the last whose gradients were looked at.");
            GradientParts.Write(page, looked);
            Cosines(page, run.List("cosines"));
        }
        if (run.List("notes").Count == 0) return;
        page.Markup.Open("details").Element("summary", "What was chosen for the config, and why");
        page.List(run.List("notes").Select(n => n.Text()));
        page.Markup.Close();
    }

    private static void Parts(PageWriter page, IReadOnlyList<KeyValuePair<string, JsonNode?>> parts, Figure best)
    {
        if (parts.Count == 0)
        {
            page.Note("Training did not end by itself, so there are no figures of the best epoch on every part.");
            return;
        }
        page.Heading("Losses and metrics of the best epoch");
        if (parts.FirstOrDefault(p => p.Key == "valid") is { Value: { } valid }) page.Equation($"valid: {valid.Text("equation")}");
        string[] outputs = [.. parts[0].Value.Entries("outputs").Select(o => o.Key)];
        var lines = new List<Cell[]>();
        foreach (string output in outputs)
        {
            foreach (var (part, evaluation) in parts)
            {
                var term = evaluation.Under("outputs").Under(output);
                lines.Add([part == parts[0].Key ? output : "", part, Cell.Of(term.Figure("labelled"), Figure.Count), Cell.Of(term.Figure("raw"), Figure.Number), Cell.Of(term.Figure("weight"), Figure.Weight),
                    Cell.Of(term.Figure("contribution"), Figure.Number), Cell.Of(term.Figure("share"), Figure.Percent)]);
            }
        }
        foreach (var (part, evaluation) in parts)
            lines.Add([new Cell(part == parts[0].Key ? "total" : "", Figure.None, null) { Strong = true }, part, "", "", "", Cell.Of(evaluation.Figure("total"), Figure.Number), ""]);
        page.Table(["output", "part", "#labelled", "#raw loss", "#weight", "#contribution", "#share"], lines);
        string[][] metrics = [.. parts[0].Value.Entries("metrics").SelectMany(o => (o.Value as JsonObject ?? []).Select(m => new[] { o.Key, m.Key }))];
        if (metrics.Length == 0) return;
        page.Table(["output", "metric", .. parts.Select(p => $"#{p.Key}")], metrics.Select(m => (IReadOnlyList<Cell>)
            [m[0], m[1], .. parts.Select(p => Cell.Of(p.Value.Under("metrics").Under(m[0]).Figure(m[1]), Figure.Number))]));
    }

    private static void Course(PageWriter page, JsonNode run)
    {
        var training = run.List("training");
        var validation = run.List("validation");
        string unit = run.Text("course_by");
        if (training.Count < 2) return;
        string[] outputs = [.. training[0].Entries("outputs").Select(o => o.Key)];
        page.Heading($"The course of the training, by {unit}s");
        Figure[] places = [.. training.Select(p => p.Figure(unit))];
        List<StackChart.Term> terms = [.. outputs.Select((o, k) => new StackChart.Term(o, ChartFrame.Series(k), Of(training, o, "contribution"), Of(training, o, "share")))];
        if (training.Any(p => p.Figure("penalties").Value != 0))
            terms.Add(new StackChart.Term("penalties", "penalties", [.. training.Select(p => p.Figure("penalties"))], [.. training.Select(p => p.Figure("penalties_share"))]));
        page.Markup.Open("div", ("class", "charts"));
        StackChart.Write(page, "What the total is made of, in training", unit, places, terms, [.. training.Select(p => p.Figure("total"))]);
        bool together = unit == "epoch" && validation.Count == training.Count;
        for (int k = 0; k < outputs.Length; k++)
        {
            List<LineChart.Series> lines = [new("training", ChartFrame.Series(k), Of(training, outputs[k], "raw"))];
            if (together) lines.Add(new LineChart.Series("validation", $"{ChartFrame.Series(k)} dashed", Of(validation, outputs[k], "raw")));
            LineChart.Write(page, $"Raw loss of {outputs[k]}", unit, places, lines, IsWide(lines), small: true);
        }
        List<LineChart.Series> weights = [.. outputs.Select((o, k) => new LineChart.Series(o, ChartFrame.Series(k), Of(training, o, "weight")))];
        if (weights.Any(w => w.Figures.Max(f => f.Value) - w.Figures.Min(f => f.Value) > 1e-9 * Math.Abs(w.Figures[0].Value)))
            LineChart.Write(page, "Weights of the losses", unit, places, weights, logarithmic: weights.All(w => w.Figures.All(f => f.Value > 0)));
        page.Markup.Close();
        if (weights.All(w => w.Figures.All(f => Math.Abs(f.Value - w.Figures[0].Value) <= 1e-9 * Math.Abs(f.Value)))) page.Note("The weights of the losses stayed as they were at the beginning.");
    }

    private static void Metrics(PageWriter page, IReadOnlyList<JsonNode?> metrics)
    {
        string part = metrics.Any(m => m.Text("part") == "validation") ? "validation" : "epoch";
        JsonNode?[] lines = [.. metrics.Where(m => m.Text("part") == part)];
        if (lines.Length < 2) return;
        string[][] names = [.. lines[0].Entries("outputs").SelectMany(o => (o.Value as JsonObject ?? []).Select(m => new[] { o.Key, m.Key }))];
        if (names.Length == 0) return;
        Figure[] places = [.. lines.Select(l => l.Figure("epoch"))];
        page.Heading($"Metrics in the course of the training, on the {(part == "validation" ? "validation" : "training")} part");
        page.Markup.Open("div", ("class", "charts"));
        string[] outputs = [.. names.Select(n => n[0]).Distinct()];
        for (int i = 0; i < names.Length; i++)
        {
            Figure[] figures = [.. lines.Select(l => l.Under("outputs").Under(names[i][0]).Figure(names[i][1]))];
            if (figures.Any(f => f.Is)) LineChart.Write(page, $"{names[i][0]}: {names[i][1]}", "epoch", places, [new LineChart.Series(names[i][1], ChartFrame.Series(Array.IndexOf(outputs, names[i][0])), figures)], small: true);
        }
        page.Markup.Close();
    }

    private static void Cosines(PageWriter page, IReadOnlyList<JsonNode?> cosines)
    {
        if (cosines.Count < 2 || cosines[0].List("pairs").Count == 0) return;
        page.Heading("Cosines of the gradients by epochs");
        page.Table(["outputs", .. cosines.Select(c => $"#{c.Text("epoch")}")], cosines[0].List("pairs").Select(p => (IReadOnlyList<Cell>)
            [$"{p.Text("first")}, {p.Text("second")}", .. cosines.Select(c => Cell.Hot(GradientParts.Pair(c.List("pairs"), p.Text("first"), p.Text("second")).Figure("cosine"), Figure.Cosine))]));
    }

    private static Figure[] Of(IReadOnlyList<JsonNode?> points, string output, string name) => [.. points.Select(p => p.Under("outputs").Under(output).Figure(name))];

    private static bool IsWide(List<LineChart.Series> lines)
    {
        double[] values = [.. lines.SelectMany(l => l.Figures).Where(f => f.Is).Select(f => f.Value)];
        return values.Length > 0 && values.Min() > 0 && values.Max() / values.Min() > LargeRatio;
    }
}
