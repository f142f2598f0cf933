using System.CommandLine;
using Equipoise.Cli.Commands;
using Equipoise.Cli.Output;

namespace Equipoise.Cli;

/// <summary>The command line: parses it, calls a command, and turns faults into messages and exit codes.</summary>
internal static class Tool
{
    private static readonly (string Name, Func<Shell, Command> Make)[] _commands =
    [
        ("init", InitCommand.Make), ("train", TrainCommand.Make), ("evaluate", EvaluateCommand.Make), ("predict", PredictCommand.Make),
        ("explain", ExplainCommand.Make), ("audit", AuditCommand.Make), ("advise", AdviseCommand.Make), ("compare", CompareCommand.Make), ("calibrate", CalibrateCommand.Make), ("runs", RunsCommand.Make), ("catalog", CatalogCommand.Make),
        ("sweep", SweepCommand.Make), ("worker", WorkerCommand.Make), ("report", ReportCommand.Make), ("cache", CacheCommand.Make),
    ];

    public static int Run(string[] args, Shell shell)
    {
        var json = new Option<bool>("--json") { Description = "Give the result as JSON: {\"equipoise\": 1, \"command\": ..., \"ok\": ..., \"result\": ...}.", Recursive = true };
        var noInput = new Option<bool>("--no-input") { Description = "Never ask anything. (No command does.)", Recursive = true };
        var noCache = new Option<bool>("--no-cache") { Description = "Parse and encode the data again, in memory, and keep nothing for the next time ('equipoise cache --help').", Recursive = true };
        var root = new RootCommand($"""
            Trains neural networks with several outputs, and keeps an exact account of every loss.

            Example:
              equipoise init words.csv.gz --target stress --target phones
              equipoise train equipoise.yaml
              equipoise explain runs/equipoise-20260102-030405

            {ExitCodes.Help}
            """)
        {
            json, noInput, noCache,
        };
        // A command that is named first needs no other; making all of them takes a while.
        bool named = args.Length > 0 && Array.Exists(_commands, c => c.Name == args[0]);
        foreach (var (name, make) in _commands)
            if (!named || name == args[0]) root.Add(make(shell));
        var parsed = root.Parse(args);
        string command = parsed.CommandResult.Command == root ? "equipoise" : parsed.CommandResult.Command.Name;
        shell.Json = parsed.GetValue(json);
        shell.UsesCache = !parsed.GetValue(noCache);
        try
        {
            if (args.Length == 0) return root.Parse(["--help"]).Invoke(Invocation(shell));
            if (parsed.Errors.Count > 0) return Misused(shell, command, root, parsed);
            (parsed.CommandResult.Command as ToolCommand)?.ShowAll();
            return parsed.Invoke(Invocation(shell));
        }
        catch (Exception fault)
        {
            return Report(shell, command, fault);
        }
    }

    private static InvocationConfiguration Invocation(Shell shell) => new() { Output = shell.Output, Error = shell.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };

    private static int Misused(Shell shell, string command, RootCommand root, ParseResult parsed)
    {
        string? unknown = parsed.CommandResult.Command == root ? parsed.UnmatchedTokens.FirstOrDefault(t => !t.StartsWith('-')) : null;
        string message = unknown is null
            ? string.Join(Environment.NewLine, parsed.Errors.Select(e => e.Message))
            : $"There is no command '{unknown}'. {Catalogs.Suggestion.Advice(unknown, [.. root.Subcommands.Select(c => c.Name)])}";
        shell.Say(message);
        shell.Say($"'{(command == "equipoise" ? command : $"equipoise {command}")} --help' shows how to use it.");
        if (shell.Json) Envelope.WriteFault(shell, command, ExitCodes.Usage, "usage", message, []);
        return ExitCodes.Usage;
    }

    private static int Report(Shell shell, string command, Exception fault)
    {
        int code = fault switch
        {
            EquipoiseException known => known.ExitCode,
            Catalogs.UnknownNameException => ExitCodes.Usage,
            UsageException => ExitCodes.Usage,
            OperationCanceledException => ExitCodes.Interrupted,
            IOException or UnauthorizedAccessException => ExitCodes.Files,
            _ => ExitCodes.Failed,
        };
        bool own = fault is EquipoiseException or Catalogs.UnknownNameException or UsageException or IOException or UnauthorizedAccessException;
        string message = fault is Catalogs.UnknownNameException ? fault.Message.Replace(" (Parameter 'name')", "", StringComparison.Ordinal) : fault.Message;
        if (own) shell.Say(message);
        else if (code == ExitCodes.Interrupted) shell.Say("Interrupted.");
        else shell.Say($"This should not happen; please report it.{Environment.NewLine}{fault}");
        if (shell.Json) Envelope.WriteFault(shell, command, code, fault.GetType().Name, message, fault is Configs.ConfigException config ? config.Problems : []);
        return code;
    }
}
