using System.Text.Json.Nodes;

namespace Equipoise.Reports.Sections;

/// <summary>The page of <c>advise</c>.</summary>
internal static class AdviseSection
{
    public static void Write(PageWriter page, Answer answer)
    {
        page.Note(answer.Result.Text("training_part"));
        Findings(page, "Found", answer.Result.List("findings"));
        Findings(page, "From these changes follows", answer.Result.List("following"));
        if (answer.Result.List("diff").Count > 0)
        {
            page.Heading(answer.Result.Flag("written") ? "Changes, written" : "All changes together");
            Diff(page, answer.Result.List("diff"));
        }
        foreach (var output in answer.Result.List("outputs")) Output(page, output);
    }

    private static void Output(PageWriter page, JsonNode? output)
    {
        page.Heading($"{output.Text("output")}: {output.Text("type")}");
        if (output.Text("reason") is { Length: > 0 } reason) page.Paragraph($"Its type, since {reason}.");
        foreach (string kind in (string[])["losses", "metrics"])
        {
            int place = 0;
            page.Table([kind, "why", "decided by"], output.List(kind).Select(c => (IReadOnlyList<Cell>)
            [
                new Cell($"{++place}. {(c.Text("config") is { Length: > 0 } text ? text : $"{c.Text("name")} (C# only)")}", Figure.None, null) { Strong = place == 1 }, c.Text("reason"), c.Text("decided_by"),
            ]));
        }
        page.Markup.Open("details").Element("summary", "What the labels are like");
        page.Facts([("guess by frequency costs", Cell.Of(output.Figure("guess_loss"), Figure.Short)), .. output.Entries("statistics").Select(s => (s.Key.Replace('_', ' '), Statistic(s)))]);
        page.Markup.Close();
    }

    private static Cell Statistic(KeyValuePair<string, JsonNode?> statistic)
        => Cell.Of(Figure.Of(statistic.Value), statistic.Key.EndsWith("_share", StringComparison.Ordinal) ? Figure.Percent : v => Math.Abs(v) >= 1000 ? Figure.Count(v) : Figure.Short(v));

    private static void Findings(PageWriter page, string title, IReadOnlyList<JsonNode?> findings)
    {
        if (findings.Count == 0) return;
        page.Heading(title);
        foreach (var finding in findings)
        {
            string severity = finding.Text("severity");
            page.Markup.Open("p").Element("span", severity, ("class", $"severity {(severity == "warning" ? "warning-level" : severity)}")).Text($" {finding.Text("rule")}{(finding.Figure("line").Is ? $", line {finding.Text("line")}" : "")}: {finding.Text("evidence")} ")
                .Text(finding.Text("advice")).Close();
            if (finding.List("diff").Count > 0) Diff(page, finding.List("diff"));
        }
    }

    private static void Diff(PageWriter page, IReadOnlyList<JsonNode?> lines)
    {
        page.Markup.Open("pre");
        foreach (var line in lines) page.Markup.Element("span", $"{line.Text("change")}{line.Text("line"),4} | {line.Text("text")}\n", ("class", line.Text("change") == "+" ? "added" : "removed"));
        page.Markup.Close();
    }
}
