using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Runs;

namespace Equipoise.Cli.Commands;

/// <summary><c>runs</c>: lists the runs in a folder.</summary>
internal static class RunsCommand
{
    public static Command Make(Shell shell)
    {
        var folder = new Argument<string>("folder") { Description = "The folder with the run folders.", DefaultValueFactory = _ => "runs" };
        var command = new ToolCommand("runs", "Lists the runs in a folder, oldest first.",
            details: "",
            examples: ["equipoise runs"]) { folder };
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(folder)));
        return command;
    }

    private static int Run(Shell shell, string folder)
    {
        var runs = RunSummary.In(folder);
        if (shell.Json)
        {
            var json = new JsonArray();
            foreach (var run in runs)
                json.Add((JsonNode)new JsonObject { ["folder"] = run.Folder, ["started"] = run.Started, ["finished"] = run.Finished, ["epochs"] = run.Epochs, ["best_epoch"] = run.BestEpoch, ["valid_total"] = RunJson.Number(run.ValidTotal) });
            Envelope.Write(shell, "runs", json);
            return ExitCodes.Done;
        }
        if (runs.Count == 0)
        {
            shell.Say($"There is no run in '{folder}'. 'equipoise train CONFIG' makes one.");
            return ExitCodes.Done;
        }
        var table = new TextTable("run", "started", "epochs", "best", "total on valid") { Right = { 2, 3, 4 } };
        foreach (var run in runs)
            table.Add(run.Folder, run.Started, run.Finished ? Figures.Count(run.Epochs) : "unfinished", run.Finished ? Figures.Count(run.BestEpoch) : "", double.IsNaN(run.ValidTotal) ? "" : Figures.Number(run.ValidTotal));
        table.Write(shell.Output);
        return ExitCodes.Done;
    }
}
