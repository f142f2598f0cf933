using System.CommandLine;
using System.Globalization;
using Equipoise.Audits;
using Equipoise.Cli.Output;

namespace Equipoise.Cli.Commands;

/// <summary><c>audit</c>: where the total loss in a log of any framework comes from.</summary>
internal static class AuditCommand
{
    public static Command Make(Shell shell)
    {
        var log = new Argument<string>("log") { Description = "The log: a file, or a folder with event files, metrics.csv or a run." };
        var format = new Option<string?>("--format") { Description = $"The form of the log; without it, found from the content: {string.Join(", ", TrainingLog.Formats.Select(f => f.Name))}.", HelpName = "NAME" };
        var total = new Option<string?>("--total") { Description = "Name of the total loss; without it, found by its name.", HelpName = "NAME" };
        var parts = new Option<string?>("--parts") { Description = "Names of the parts, separated by commas; without it, found by their names.", HelpName = "A,B" };
        var weights = new Option<string?>("--weights") { Description = "Weights that the parts are said to have, to be tested.", HelpName = "A=0.9,B=0.1" };
        var l2 = new Option<double?>("--l2") { Description = "Factor λ of an L2 penalty, to compute Σθ² from what is left over.", HelpName = "LAMBDA" };
        var rows = new Option<long?>("--rows") { Description = "Rows of the data; with --batch, tells what a short last batch does.", HelpName = "N" };
        var batch = new Option<long?>("--batch") { Description = "Rows of a batch.", HelpName = "N" };
        var html = PageOption.Make();
        var command = new ToolCommand("audit", "Finds out where the total loss in a training log comes from, of any framework.",
            details: """
            Fits the effective weights of the parts, with intervals that respect the rounding of the printed figures, tests claimed weights, and names what is left over: a penalty that is not
            printed, log-variance terms, a mean instead of a sum, running averages, a short last batch, a metric among the losses.
            Reads progress lines and CSV of Keras, lines that scripts print, CSV of Lightning, statistics of Ludwig, TensorBoard event files, and our own runs.
            """,
            examples: ["equipoise audit train.log", "equipoise audit train.log --weights loss_a=0.9,loss_b=0.1", "equipoise audit lightning_logs/version_0 --total loss --parts loss_a,loss_b --json"])
        { log, format, total, parts, weights, l2, rows, batch, html };
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(log), new AuditOptions
        {
            Format = parsed.GetValue(format), Total = parsed.GetValue(total), Parts = Names(parsed.GetValue(parts)), Weights = Weights(parsed.GetValue(weights)),
            L2 = parsed.GetValue(l2), Rows = parsed.GetValue(rows), BatchSize = parsed.GetValue(batch),
        }, parsed.GetValue(html)));
        return command;
    }

    private static int Run(Shell shell, string path, AuditOptions options, string? page)
    {
        var audit = LogAudit.Of(path, options);
        Envelope.Give(shell, "audit", page, () => AuditJson.Write(audit), () =>
        {
            shell.Output.WriteLine($"{audit.Log.Path}: {TrainingLog.Formats.First(f => f.Name == audit.Log.Format).Summary} ({audit.Log.Format})");
            foreach (var part in audit.Parts) Print(shell.Output, part);
        });
        return ExitCodes.Done;
    }

    private static void Print(TextWriter output, PartAudit part)
    {
        output.WriteLine();
        output.WriteLine($"{part.Part}: {Figures.Count(part.Lines)} lines with the total '{part.Total}' and {string.Join(", ", part.Terms.Select(t => $"'{t}'"))}{(part.Others.Count == 0 ? "" : $"; not looked at: {string.Join(", ", part.Others)}")}");
        output.WriteLine();
        Wrapped(output, part.Answer, "  ");
        output.WriteLine();
        foreach (string equation in part.Equations) output.WriteLine($"  {equation}");
        output.WriteLine();
        bool moving = part.Best.Weights.Any(w => w.First != w.Value);
        var table = moving ? new TextTable("part", "weight at first", "weight at last", "interval", "first", "last", "fell", "share at last") { Right = { 1, 2, 4, 5, 6, 7 } }
            : new TextTable("part", "effective weight", "interval", "simplest", "first", "last", "fell", "share at last") { Right = { 1, 3, 4, 5, 6, 7 } };
        foreach (var (weight, way) in part.Best.Weights.Zip(part.Convergence))
        {
            string[] progress = [Figures.Number(way.First), Figures.Number(way.Last), double.IsNaN(way.Factor) ? "" : $"{way.Factor.ToString(way.Factor < 10 ? "0.0" : "0", CultureInfo.InvariantCulture)}×", double.IsNaN(way.LastShare) ? "" : Figures.Percent(way.LastShare)];
            string interval = $"{Weight(weight.Least)} .. {(double.IsInfinity(weight.Greatest) ? "?" : Weight(weight.Greatest))}";
            if (moving) table.Add([weight.Part, Weight(weight.First), Weight(weight.Value), interval, .. progress]);
            else table.Add([weight.Part, Weight(weight.Value), interval, Weight(weight.Simplest), .. progress]);
        }
        table.Write(output);
        output.WriteLine();
        if (part.Claim is { } claim)
        {
            Wrapped(output, $"Claimed weights: {claim.Verdict.Replace('_', ' ')}. {claim.Why}", "");
            output.WriteLine();
        }
        var tried = new TextTable("explanation", "fits", "because");
        foreach (var explanation in part.Explanations)
            tried.Add(string.Join(" + ", explanation.Causes.Select(c => c.Replace('_', ' '))), explanation.Fits ? part.Explanations.Count(e => e.Fits) == 1 ? "yes" : Figures.Percent(explanation.Probability) : "no", explanation.Why);
        tried.Write(output);
        foreach (string finding in part.Findings) Paragraph(output, finding);
        if (part.Advice.Count == 0) return;
        output.WriteLine();
        output.WriteLine("To be certain next time:");
        foreach (string advice in part.Advice) Wrapped(output, advice, "  - ");
    }

    private static void Paragraph(TextWriter output, string text)
    {
        output.WriteLine();
        Wrapped(output, text, "");
    }

    // Lines of at most 118 characters; those after the first stand below the first.
    private static void Wrapped(TextWriter output, string text, string first)
    {
        string line = first, next = new(' ', first.Length);
        bool any = false;
        foreach (string word in text.Split(' '))
        {
            if (any && line.Length + 1 + word.Length > 118)
            {
                output.WriteLine(line);
                (line, any) = (next, false);
            }
            line += any ? $" {word}" : word;
            any = true;
        }
        output.WriteLine(line);
    }

    private static string Weight(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string[] Names(string? list) => list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static Dictionary<string, double> Weights(string? list)
    {
        var weights = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        foreach (string item in Names(list))
        {
            int at = item.LastIndexOf('=');
            if (at < 1 || !double.TryParse(item[(at + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value) || value < 0)
                throw new UsageException($"--weights: '{item}' is not NAME=NUMBER with a number of 0 or more. For example: --weights loss_a=0.9,loss_b=0.1");
            weights[item[..at].Trim()] = value;
        }
        return weights;
    }
}
