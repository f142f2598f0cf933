using System.Text.Json.Nodes;
using Equipoise.Cli.Queues;
using Equipoise.Configs;
using Equipoise.Runs;
using Equipoise.Sweeps;

namespace Equipoise.Cli.Output;

/// <summary>What a sweep found, as text or as JSON.</summary>
internal static class SweepPrint
{
    private const int MostLines = 40;

    public static void Write(Shell shell, SweepResult result, Config config, string folder, SweepPointResult? best, SweepObjective? by, IReadOnlyList<SweepConstraint> where)
    {
        var writer = shell.Output;
        var front = result.Front.ToHashSet();
        List<SweepPointResult> shown = [.. result.Front, .. result.Points.Where(p => !front.Contains(p))];
        Table(writer, result, config, [.. shown.Take(Math.Max(MostLines, front.Count))], best);
        int left = shown.Count - Math.Max(MostLines, front.Count);
        if (left > 0) writer.WriteLine($"... and {Figures.Count(left)} more, which are not on the front; all stand in {Path.Combine(folder, "trials.jsonl")}.");
        writer.WriteLine();
        if (result.Front.Count == 0)
        {
            writer.WriteLine("No trial was trained to its end with numbers for all objectives, so there is no front.");
            return;
        }
        if (result.Objectives.Count == 2) Chart(writer, result, front, best);
        writer.WriteLine($"Front: {Plural(result.Front.Count, "trial")} of {result.Points.Count} ({Counts(result)}): no other trial is at least as good in {string.Join(", ", result.Objectives.Select(o => o.Name))} and better in one.");
        if (result.Objectives.Count > 1) Knee(writer, result);
        writer.WriteLine($"Hypervolume: {Figures.Number(result.Volume)}, {Figures.Percent(result.VolumeShare)} of the box from the reference ({Values(result, result.Reference)}) to the best of each.");
        if (by is not null)
        {
            string bounds = where.Count == 0 ? "" : $" with {string.Join(", ", where)}";
            writer.WriteLine(best is null ? $"Best {by.Name}{bounds}: no trial keeps {(where.Count == 1 ? "this bound" : "these bounds")}.{Nearest(result, where)}"
                : $"Best {by.Name}{bounds}: {Name(best)}, {by.Name} {Figures.Number(best.Figures[by.Name])}{string.Concat(where.Where(w => w.Name != by.Name).Select(w => $", {w.Name} {Figures.Number(best.Figures[w.Name])}"))}.");
        }
        if ((by is null ? result.Knee : best) is { Changes.Count: > 0 } chosen)
        {
            writer.WriteLine();
            writer.WriteLine($"{Name(chosen)} in the config (--write FILE makes it):");
            foreach (var change in chosen.Changes) writer.WriteLine($"  {change.Path}: {change.Value}");
        }
        writer.WriteLine();
        writer.WriteLine($"Sweep: {folder}");
    }

    public static JsonObject Json(SweepResult result, string folder, SweepPlan plan, SweepPointResult? best, SweepObjective? by, IReadOnlyList<SweepConstraint> where, string queue, string? written) => new()
    {
        ["folder"] = folder,
        ["queue"] = queue,
        ["plan"] = JsonNode.Parse(plan.ToText())!["sweep"]!.DeepClone(),
        ["objectives"] = new JsonArray([.. result.Objectives.Select(o => (JsonNode)new JsonObject { ["name"] = o.Name, ["better"] = o.HigherIsBetter ? "higher" : "lower" })]),
        ["trials"] = new JsonArray([.. result.Points.Select(p => (JsonNode)Point(result, p))]),
        ["front"] = new JsonArray([.. result.Front.Select(p => (JsonNode)p.Number)]),
        ["knee"] = result.Knee?.Number,
        ["hypervolume"] = RunJson.Number(result.Volume),
        ["hypervolume_share"] = RunJson.Number(result.VolumeShare),
        ["reference"] = Named(result, result.Reference),
        ["best"] = by is null ? null : new JsonObject { ["by"] = by.Name, ["where"] = Envelope.Texts(where.Select(w => w.ToString())), ["trial"] = best?.Number },
        ["written"] = written,
    };

    /// <summary>The objectives of a trial in a line.</summary>
    public static string Values(SweepResult result, IReadOnlyList<double> values) => string.Join(", ", values.Select((v, i) => $"{result.Objectives[i].Name} {Figures.Number(v)}"));

    private static void Table(TextWriter writer, SweepResult result, Config config, List<SweepPointResult> points, SweepPointResult? best)
    {
        string[] paths = [.. result.Points.SelectMany(p => p.Changes).Select(c => c.Path).Distinct()];
        string[] heads = [.. paths.Select(p => Short(p, paths))];
        bool notes = points.Any(p => p.State != SweepState.Done);
        var table = new TextTable(["trial", "", .. heads, .. result.Objectives.Select(o => o.Name), "epochs", "time", .. notes ? (string[])["ended"] : []]) { Right = { 0 } };
        for (int c = 2 + paths.Length; c < 2 + paths.Length + result.Objectives.Count + 2; c++) table.Right.Add(c);
        for (int c = 0; c < paths.Length; c++)
        {
            if (points.SelectMany(p => p.Changes).Where(change => change.Path == paths[c]).All(change => double.TryParse(change.Value, out _))) table.Right.Add(2 + c);
        }
        var front = result.Front.ToHashSet();
        foreach (var p in points)
        {
            string where = p == result.Knee && result.Front.Count > 1 ? "◆ knee" : front.Contains(p) ? "● front" : p.Number == 0 ? "○" : "";
            string mark = $"{where}{(p.Number == 0 ? " as it is" : "")}{(p == best ? " ★ best" : "")}".TrimStart();
            string[] changes = [.. paths.Select(path => p.Changes.FirstOrDefault(c => c.Path == path)?.Value ?? WeightOf(config, path))];
            string note = p.State switch { SweepState.Done => "", SweepState.Pruned => p.Reason, _ => $"{QueueText.Of(p.State)}{(p.Reason.Length == 0 ? "" : $": {FirstLine(p.Reason)}")}" };
            table.Add([p.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), mark, .. changes, .. p.Values.Select(v => double.IsNaN(v) ? "" : Figures.Number(v)), Figures.Count(p.Epochs), Figures.Time(TimeSpan.FromSeconds(p.Seconds)), .. notes ? (string[])[note] : []]);
        }
        table.Write(writer);
    }

    // Of settings that a trial leaves as they are, weights alone are known here.
    private static string WeightOf(Config config, string path)
        => config.Outputs.FirstOrDefault(o => path == $"outputs.{o.Name}.weight") is { } output ? Figures.Weight(output.Weight) : "";

    private static void Chart(TextWriter writer, SweepResult result, HashSet<SweepPointResult> front, SweepPointResult? best)
    {
        var (x, y) = (result.Objectives[0], result.Objectives[1]);
        var drawn = result.Points.Where(p => p.Counts || (p.State == SweepState.Pruned && p.Values.All(double.IsFinite)))
            .Select(p => (p.Values[0], p.Values[1], Sign: p == best ? '★' : p == result.Knee && front.Count > 1 ? '◆' : front.Contains(p) ? '●' : p.Number == 0 ? '○' : p.State == SweepState.Pruned ? '×' : '·'))
            .OrderBy(p => p.Sign switch { '★' => 4, '◆' => 3, '●' => 2, '○' => 1, _ => 0 });
        ScatterChart.Write(writer, $"{x.Name} ({Way(x, "→", "←")})", $"{y.Name} ({Way(y, "↑", "↓")})", [.. drawn]);
        writer.WriteLine($"● front   ◆ knee   · other{(result.Points.Any(p => p.Number == 0 && p.Counts && !front.Contains(p)) ? "   ○ the config as it is" : "")}{(result.Points.Any(p => p.State == SweepState.Pruned) ? "   × ended early" : "")}{(best is null ? "" : "   ★ the best asked for")}");
        writer.WriteLine();
    }

    private static void Knee(TextWriter writer, SweepResult result)
        => writer.WriteLine(result.Front.Count == 1 ? $"{Name(result.Front[0])} is the best in everything: {Values(result, result.Front[0].Values)}."
            : result.Knee is { } knee ? $"Knee: {Name(knee)}, {Values(result, knee.Values)}: the farthest from the line between the ends of the front, towards the best of each."
            : "Knee: none; no trial of the front lies on the better side of the line between its ends.");

    // How close one gets to each bound by itself.
    private static string Nearest(SweepResult result, IReadOnlyList<SweepConstraint> where)
    {
        var values = where.Select(w => (Bound: w, Values: result.Points.Where(p => p.State == SweepState.Done).Select(p => p.Figures.GetValueOrDefault(w.Name, double.NaN)).Where(double.IsFinite).ToList()));
        return string.Concat(values.Where(v => v.Values.Count > 0).Select(v => $" The {(v.Bound.AtLeast ? "greatest" : "least")} {v.Bound.Name} is {Figures.Number(v.Bound.AtLeast ? v.Values.Max() : v.Values.Min())}."));
    }

    private static JsonObject Point(SweepResult result, SweepPointResult point)
    {
        var changes = new JsonObject();
        foreach (var change in point.Changes) changes[change.Path] = change.Value;
        var figures = new JsonObject();
        foreach (var (name, value) in point.Figures) figures[name] = RunJson.Number(value);
        return new JsonObject
        {
            ["trial"] = point.Number, ["state"] = QueueText.Of(point.State), ["changes"] = changes, ["objectives"] = Named(result, point.Values), ["ranges_over_seeds"] = Named(result, point.Ranges), ["figures"] = figures,
            ["on_front"] = result.Front.Contains(point), ["epochs"] = point.Epochs, ["seconds"] = point.Seconds, ["reason"] = point.Reason,
        };
    }

    private static JsonObject Named(SweepResult result, IReadOnlyList<double> values)
    {
        var json = new JsonObject();
        for (int i = 0; i < values.Count; i++) json[result.Objectives[i].Name] = RunJson.Number(values[i]);
        return json;
    }

    private static string Counts(SweepResult result)
        => string.Join(", ", result.Points.GroupBy(p => p.State).OrderBy(g => g.Key).Select(g => $"{g.Count()} {(g.Key == SweepState.Pruned ? "ended early" : QueueText.Of(g.Key))}"));

    private static string Name(SweepPointResult point) => point.Number == 0 ? "The config as it is" : $"Trial {point.Number}";

    private static string Way(SweepObjective objective, string higher, string lower) => objective.HigherIsBetter ? $"higher is better {higher}" : $"lower is better {lower}";

    private static string Plural(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string FirstLine(string text) => text.ReplaceLineEndings("\n").Split('\n')[0];

    // outputs.price.weight is 'price weight'; a setting is its last word, if no other has it.
    private static string Short(string path, string[] paths)
    {
        string[] parts = path.Split('.');
        string last = parts[^1];
        if (path.StartsWith("outputs.", StringComparison.Ordinal) && parts.Length >= 3) return $"{string.Join('.', parts[1..^1])} {last}";
        return paths.Count(p => p.EndsWith($".{last}", StringComparison.Ordinal)) > 1 ? path : last;
    }
}
