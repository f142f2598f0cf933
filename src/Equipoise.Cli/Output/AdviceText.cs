using System.Globalization;
using Equipoise.Advice;

namespace Equipoise.Cli.Output;

/// <summary>Advice as text.</summary>
internal static class AdviceText
{
    // What is shown of the statistics; JSON has them all.
    private static readonly HashSet<string> Shown = new(StringComparer.Ordinal)
    {
        "missing_share", "median", "most", "skew", "outlier_share", "tail_index", "zero_share", "classes", "largest_share", "rarest_share", "labels", "labels_per_row", "several_share", "present_share", "rarest_rows",
    };

    /// <summary>Each output with its ranked choices, then what was found, with the changed lines.</summary>
    public static void Write(TextWriter output, AdviceReport report)
    {
        output.WriteLine($"{report.About}: {report.Part}.");
        foreach (var advice in report.Outputs) Write(output, advice, report.Text is not null);
        output.WriteLine();
        output.WriteLine(report.Findings.Count == 0 ? report.Text is null ? "No rule found anything else." : "No rule found anything to change." : $"Found: {Counts(report.Findings)}.");
        foreach (var finding in report.Findings) Write(output, finding);
        if (report.Text is null || report.Changed == report.Text) return;
        if (report.Following.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("From these changes follows:");
            foreach (var finding in report.Following) Write(output, finding);
        }
        output.WriteLine();
        output.WriteLine("All changes together:");
        WriteDiff(output, LineDiff.Of(report.Text, report.Changed!));
    }

    private static void Write(TextWriter output, OutputAdvice advice, bool inConfig)
    {
        output.WriteLine();
        output.WriteLine($"{advice.Name}: {advice.Type}{(advice.Reason.Length == 0 ? "" : $", since {advice.Reason}")}");
        var figures = advice.Statistics.All.Where(s => Shown.Contains(s.Name) && !double.IsNaN(s.Value) && !(s.Name == "missing_share" && s.Value == 0)).Select(s => $"{s.Name} {Figure(s)}");
        output.WriteLine($"  {string.Join(", ", figures)}");
        if (inConfig && advice.GuessLoss is { } guess) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  a guess by frequency costs {guess:G3}"));
        Rank(output, "losses", advice.Losses);
        Rank(output, "metrics", advice.Metrics);
    }

    private static void Rank(TextWriter output, string title, IReadOnlyList<RankedChoice> choices)
    {
        for (int i = 0; i < choices.Count; i++)
        {
            string text = choices[i].Text;
            output.WriteLine($"  {(i == 0 ? title : ""),-7} {i + 1}. {text}");
            output.WriteLine($"             {choices[i].Reason} [{choices[i].Decider}]");
        }
    }

    private static void Write(TextWriter output, Finding finding)
    {
        output.WriteLine();
        output.WriteLine($"{finding.Severity.ToString().ToLowerInvariant()} {finding.Rule}{(finding.Place.Line > 0 ? $", line {finding.Place.Line}" : "")}: {finding.Evidence}");
        output.WriteLine($"  {finding.Advice}");
        WriteDiff(output, finding.Diff);
    }

    /// <summary>Changed lines with their numbers.</summary>
    public static void WriteDiff(TextWriter output, IReadOnlyList<DiffLine> lines)
    {
        foreach (var line in lines) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {(line.Added ? '+' : '-')}{line.Number,4} | {line.Text}"));
    }

    private static string Counts(IReadOnlyList<Finding> findings)
        => string.Join(", ", findings.GroupBy(f => f.Severity).OrderByDescending(g => g.Key).Select(g => $"{g.Count()} {g.Key.ToString().ToLowerInvariant()}{(g.Count() == 1 ? "" : "s")}"));

    private static string Figure(Statistic statistic) => statistic.Name.EndsWith("_share", StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * statistic.Value:0.##} %")
        : statistic.Value.ToString(Math.Abs(statistic.Value) >= 1000 ? "N0" : "G3", CultureInfo.InvariantCulture);
}
