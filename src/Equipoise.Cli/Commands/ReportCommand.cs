using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Reports;

namespace Equipoise.Cli.Commands;

/// <summary><c>report</c>: a page of runs and of what other commands answered.</summary>
internal static class ReportCommand
{
    public static Command Make(Shell shell)
    {
        var sources = new Argument<string[]>("sources") { Description = "Run folders, and files with what 'equipoise COMMAND ... --json' printed: explain, audit, advise, calibrate, compare, sweep.", Arity = ArgumentArity.OneOrMore, HelpName = "RUN|ANSWER.json" };
        var to = new Option<string>("--to") { Description = "The file of the page.", DefaultValueFactory = _ => "report.html", HelpName = "FILE" };
        var title = new Option<string?>("--title") { Description = "The title of the page.", HelpName = "TEXT" };
        to.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } file && PageOption.Fault(file) is { } fault) result.AddError($"--to: {fault}");
        });
        var command = new ToolCommand("report", "Makes a page of runs and answers: one HTML file with tables and charts, which needs neither network nor script.",
            details: """
                Every figure on the page is one of the JSON, rounded for reading; the file has all its digits, too. It can be read on a phone, in the dark and on paper, and sent as it is.
                With --json the figures of the runs are printed as well.
                """,
            examples: ["equipoise report runs/words-20260102-030405", "equipoise report runs/words-20260102-030405 compare.json sweep.json --to words.html --title \"How words sound\""]) { sources, to, title };
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(sources), parsed.GetRequiredValue(to), parsed.GetValue(title)));
        return command;
    }

    private static int Run(Shell shell, string[] sources, string to, string? title)
    {
        Answer[] answers = [.. sources.SelectMany(s => File.Exists(s) ? Answer.Read(File.ReadAllText(s), s) : [RunAnswer.Of(s)])];
        File.WriteAllText(to, ReportPage.Of(answers, title));
        if (!shell.Json) shell.Output.WriteLine($"Page: {to}");
        else Envelope.Write(shell, "report", new JsonObject { ["page"] = to, ["answers"] = new JsonArray([.. answers.Select(a => (JsonNode)new JsonObject { ["command"] = a.Command, ["result"] = a.Result.DeepClone() })]) });
        return ExitCodes.Done;
    }
}
