using System.CommandLine;
using Equipoise.Advice;
using Equipoise.Cli.Output;

namespace Equipoise.Cli.Commands;

/// <summary><c>advise</c>: which losses and metrics fit the data, and what a config should change.</summary>
internal static class AdviseCommand
{
    private static readonly string[] ConfigEndings = [".yaml", ".yml", ".json"];

    public static Command Make(Shell shell)
    {
        var about = new Argument<string>("file") { Description = "A config (.yaml, .yml, .json), or data: CSV or TSV, plain or gzip." };
        var targets = new Option<string[]>("--target", "-t") { Description = "With data: a column to predict; several times for several. Without it every column that could be one." };
        var write = new Option<bool>("--write") { Description = "With a config: carry the changes out, keeping comments and order." };
        var strict = new Option<bool>("--strict") { Description = "With a config: end with exit code 1 if a warning or an error is left." };
        var html = PageOption.Make();
        var command = new ToolCommand("advise", "Ranks losses and metrics by what the training labels look like, and checks a config's choices.",
            details: """
                Everything is decided by the training rows alone. For data: each output's losses and metrics, best first, with the statistic that decided. For a config: besides,
                what speaks against its losses, metrics, weights and types, with the changed lines. Findings do not fail the command, unless with --strict.
                """,
            examples: ["equipoise advise check-times.csv.gz --target check_time --target github", "equipoise advise equipoise.yaml", "equipoise advise equipoise.yaml --write"]) { about, targets, write, strict, html };
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(about), parsed.GetValue(targets) ?? [], parsed.GetValue(write), parsed.GetValue(strict), parsed.GetValue(html)));
        return command;
    }

    private static int Run(Shell shell, string file, string[] targets, bool write, bool strict, string? page)
    {
        bool config = ConfigEndings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
        if (config && targets.Length > 0) throw new UsageException("--target is for data. The outputs of a config are its own.");
        if (!config && (write || strict)) throw new UsageException($"{(write ? "--write" : "--strict")} is for configs (.yaml, .yml, .json). Make one with 'equipoise init DATA --target COLUMN'.");
        var report = config ? ConfigAdvice.Of(file) : DataAdvice.Of(file, targets);
        bool changes = report.Changed != report.Text;
        if (write) ConfigAdvice.Write(file, report);
        Envelope.Give(shell, "advise", page, () =>
        {
            var json = AdviceJson.Of(report);
            if (config) json["written"] = write && changes;
            return json;
        }, () =>
        {
            AdviceText.Write(shell.Output, report);
            if (write) shell.Say(changes ? $"Written to {file}." : $"Nothing to write: {file} stays as it is.");
            else if (changes) shell.Say($"'equipoise advise {file} --write' makes these changes.");
        });
        return strict && report.Findings.Any(f => f.Severity >= Severity.Warning && !(write && f.Edits.Count > 0)) ? ExitCodes.Failed : ExitCodes.Done;
    }
}
