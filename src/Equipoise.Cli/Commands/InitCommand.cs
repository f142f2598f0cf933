using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Data;
using Equipoise.Runs;

namespace Equipoise.Cli.Commands;

/// <summary><c>init</c>: writes a first config for a data file.</summary>
internal static class InitCommand
{
    public static Command Make(Shell shell)
    {
        var data = new Argument<string>("data") { Description = "The data: CSV or TSV, plain or gzip." };
        var targets = new Option<string[]>("--target", "-t") { Description = "A column to predict; give it several times for several outputs.", Required = true };
        var file = new Option<string>("--output", "-o") { Description = "The config to write.", DefaultValueFactory = _ => "equipoise.yaml" };
        var force = new Option<bool>("--force") { Description = "Overwrite a config that is there." };
        var command = new ToolCommand("init", "Writes a first config for a data file, with the reason for every type, loss and weight.",
            details: "",
            examples: ["equipoise init words.csv.gz --target syllables --target stress --target phones"]) { data, targets, file, force };
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(data), parsed.GetRequiredValue(targets), parsed.GetRequiredValue(file), parsed.GetValue(force)));
        return command;
    }

    private static int Run(Shell shell, string data, string[] targets, string file, bool force)
    {
        if (File.Exists(file) && !force) throw new UsageException($"{file} is there already. Name another file with --output, or overwrite it with --force.");
        string source = Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(file)) ?? ".", data).Replace('\\', '/');
        string text = ConfigDraft.Write(TableReader.Read(data), source, targets);
        File.WriteAllText(file, text);
        if (shell.Json) Envelope.Write(shell, "init", new JsonObject { ["config"] = file, ["text"] = text });
        else
        {
            shell.Output.Write(text);
            shell.Say($"Written to {file}. Look it through, then: equipoise train {file}");
        }
        return ExitCodes.Done;
    }
}
