using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Configs;
using Equipoise.Engine.Kernels;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Cli.Commands;

/// <summary><c>train</c>: trains what a config says.</summary>
internal static class TrainCommand
{
    public static Command Make(Shell shell)
    {
        var config = new Argument<string>("config") { Description = "The config, YAML or JSON." };
        var runs = new Option<string>("--runs") { Description = "The folder to make the run folder in.", DefaultValueFactory = _ => "runs" };
        var balance = new Option<string?>("--balance") { Description = "What sets the weights of the losses, instead of what the config says: a method, or {method: settings}." };
        var profile = new Option<bool>("--profile") { Description = "Measure where the time of the training steps goes, and end with a table of it: node by node, beside what the processor can do at most." };
        var command = new ToolCommand("train", "Trains the network of a config and writes a run folder: weights of the best and the last epoch, the account of every step, and the figures.",
            details: "Ctrl-C ends training after the step at hand; the last complete epoch is kept.",
            examples: ["equipoise train equipoise.yaml", "equipoise train equipoise.yaml --balance nash", "equipoise train equipoise.yaml --profile"]) { config, runs, balance, profile };
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(config), parsed.GetRequiredValue(runs), parsed.GetValue(balance), parsed.GetValue(profile)));
        return command;
    }

    private static int Run(Shell shell, string file, string runs, string? balance, bool profile)
    {
        var config = Config.Load(file);
        var data = RunData.Read(balance is null ? config : config.WithBalance(balance), shell.Cache);
        foreach (string note in data.Notes) shell.Say(note);
        foreach (string warning in data.Warnings) shell.Warn(warning);
        int epochs = data.Config.Training.Epochs;
        shell.Say($"Training on {Figures.Count(data.Train.Rows)} rows; {Figures.Count(data.Valid?.Rows ?? 0)} to validate, {Figures.Count(data.Test?.Rows ?? 0)} to test.");
        var live = shell.ErrorIsTerminal ? new LiveProgress(epochs, TimeProvider.System) : null;
        var second = new SecondStep(TimeProvider.System);
        RunResult Train(Callback progress) => TrainingRun.Start(data, new RunOptions { Root = runs, Callbacks = [second, progress], Cancellation = shell.Cancellation, Profile = profile });
        var result = live is null ? Train(new PlainProgress(shell.Error, epochs, TimeProvider.System)) : live.Show(shell.ErrorConsole(), () => Train(live));
        if (shell.Json) Envelope.Write(shell, "train", Json(result, second), data.Warnings);
        else Print(shell, result);
        if (!shell.Json && result.Profile is { Steps: > 0 } measured) ProfileTable.Write(shell.Output, measured, MultiplyAddSpeed.Measure(ProfileTable.SpeedTime), second.Seconds);
        return result.Interrupted ? ExitCodes.Interrupted : ExitCodes.Done;
    }

    private static void Print(Shell shell, RunResult result)
    {
        if (result.Folder is null)
        {
            shell.Say("Interrupted before the first epoch was complete: nothing was kept.");
            return;
        }
        if (result.Interrupted)
        {
            shell.Say($"Interrupted. {RunFiles.Last} has the last complete epoch, {result.History.Epochs.Count}; {RunFiles.Best} the best one, {result.BestEpoch}.");
            shell.Output.WriteLine($"Run: {result.Folder}");
            return;
        }
        var data = result.Data;
        if (result.History.StopReason is { } reason) shell.Say($"Stopped early: {reason}.");
        shell.Output.WriteLine($"Best epoch: {result.BestEpoch} of {result.History.Epochs.Count}, by {data.Config.Training.Keep} on the {(data.Valid is null ? "training" : "validation")} part.");
        shell.Output.WriteLine();
        Figures.Table([.. result.Parts.Select(p => Figures.Of(p.Part, p.Result))]).Write(shell.Output);
        shell.Output.WriteLine();
        foreach (var (part, evaluation) in result.Parts) shell.Output.WriteLine($"{part + ":",-6} {evaluation.Account.Equation(names: true)}");
        shell.Output.WriteLine();
        shell.Output.WriteLine($"Run: {result.Folder}");
    }

    private static JsonObject Json(RunResult result, SecondStep second)
    {
        var parts = new JsonObject();
        foreach (var (part, evaluation) in result.Parts) parts[part] = RunJson.Evaluation(evaluation);
        return new JsonObject
        {
            ["folder"] = result.Folder,
            ["epochs"] = result.History.Epochs.Count,
            ["best_epoch"] = result.BestEpoch,
            ["kept_by"] = result.Data.Config.Training.Keep,
            ["stopped"] = result.History.StopReason,
            ["interrupted"] = result.Interrupted,
            ["parts"] = parts,
            ["notes"] = Envelope.Texts(result.Notes),
            ["second_step"] = second.Json(),
            ["profile"] = result.Profile is { Steps: > 0 } measured ? ProfileTable.Json(measured, MultiplyAddSpeed.Measure(ProfileTable.SpeedTime)) : null,
        };
    }
}
