using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Runs;

namespace Equipoise.Cli.Commands;

/// <summary><c>evaluate</c>: losses and metrics of a run on data.</summary>
internal static class EvaluateCommand
{
    public static Command Make(Shell shell)
    {
        var run = new Argument<string>("run") { Description = "The run folder." };
        var data = new Argument<string?>("data") { Description = "A data file; without it, a part of the data that the run was trained with.", Arity = ArgumentArity.ZeroOrOne };
        var part = new Option<string>("--part") { Description = "The part, without a data file: train, valid or test.", DefaultValueFactory = _ => "test" };
        part.AcceptOnlyFromAmong("train", "valid", "test");
        var last = new Option<bool>("--last") { Description = "Use the weights of the last epoch, not of the best." };
        var by = new Option<string?>("--best") { Description = "Use the weights of the best epoch by this figure, one of those in 'keep_each' of the config." };
        var labels = new Option<bool>("--labels") { Description = "Show precision, recall, F1, average precision and support of every label of the sets and categories, too." };
        var command = new ToolCommand("evaluate", "Gives every loss and metric of a run on data with labels.",
            details: "",
            examples: ["equipoise evaluate runs/words-20260102-030405", "equipoise evaluate runs/words-20260102-030405 new-words.csv", "equipoise evaluate runs/words-20260102-030405 --part valid --labels"]) { run, data, part, last, by, labels };
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(run), parsed.GetValue(data), parsed.GetRequiredValue(part), parsed.GetValue(last) ? RunFiles.Last : parsed.GetValue(by) is { } figure ? RunFiles.BestBy(figure) : RunFiles.Best, parsed.GetValue(labels)));
        return command;
    }

    private static int Run(Shell shell, string path, string? file, string part, string weights, bool labels)
    {
        var run = RunFolder.Load(path, weights);
        var warnings = new List<string>();
        var data = file is null ? run.ReadPart(part, warnings) : run.Encode(run.ReadTable(file), labels: true, warnings);
        var (result, figures) = labels ? run.EvaluateWithLabels(data) : (run.Evaluate(data), []);
        foreach (string warning in warnings) shell.Warn(warning);
        string name = file is null ? part : Path.GetFileName(file);
        if (shell.Json)
        {
            var json = RunJson.Evaluation(result);
            json["data"] = name;
            if (labels) json["labels"] = LabelFiguresTable.Json(figures);
            Envelope.Write(shell, "evaluate", json, warnings);
            return ExitCodes.Done;
        }
        Figures.Table([Figures.Of(name, result)]).Write(shell.Output);
        shell.Output.WriteLine();
        shell.Output.WriteLine(result.Account.Equation(names: true));
        if (labels) LabelFiguresTable.Write(shell.Output, figures);
        return ExitCodes.Done;
    }
}
