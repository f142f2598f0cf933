using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Runs;

namespace Equipoise.Cli.Commands;

/// <summary><c>predict</c>: predictions of a run for new rows.</summary>
internal static class PredictCommand
{
    public static Command Make(Shell shell)
    {
        var run = new Argument<string>("run") { Description = "The run folder." };
        var data = new Argument<string>("data") { Description = "The rows: a file with the columns of the inputs." };
        var file = new Option<string?>("--output", "-o") { Description = "The CSV file to write; without it, standard output." };
        var probabilities = new Option<bool>("--probabilities") { Description = "Give the probability of every class and label too." };
        var with = new Option<string[]>("--with") { Description = "A column of the data to put in front; may be given several times.", DefaultValueFactory = _ => [] };
        var by = new Option<string?>("--best") { Description = "Use the weights of the best epoch by this figure, one of those in 'keep_each' of the config." };
        var command = new ToolCommand("predict", "Predicts every output for the rows of a file, as CSV: numbers in their unit, classes by name, with probabilities.",
            details: "",
            examples: ["equipoise predict runs/words-20260102-030405 new-words.csv --with word -o predictions.csv"]) { run, data, file, probabilities, with, by };
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(run), parsed.GetRequiredValue(data), parsed.GetValue(file), parsed.GetValue(probabilities), parsed.GetRequiredValue(with), parsed.GetValue(by) is { } figure ? RunFiles.BestBy(figure) : RunFiles.Best));
        return command;
    }

    private static int Run(Shell shell, string path, string data, string? file, bool probabilities, string[] with, string weights)
    {
        var run = RunFolder.Load(path, weights);
        var table = run.ReadTable(data);
        var warnings = new List<string>();
        var predictions = run.Predict(run.Encode(table, labels: false, warnings), probabilities);
        foreach (string column in with.Reverse()) predictions.Prepend(column, table[column].Values.Select(v => v ?? ""));
        foreach (string warning in warnings) shell.Warn(warning);
        if (file is not null)
        {
            using var writer = new StreamWriter(file);
            predictions.WriteCsv(writer);
        }
        if (shell.Json)
        {
            var result = new JsonObject { ["rows"] = predictions.Rows, ["file"] = file };
            if (file is null)
            {
                var columns = new JsonObject();
                foreach (string name in predictions.Names) columns[name] = Envelope.Texts(predictions[name]);
                result["columns"] = columns;
            }
            Envelope.Write(shell, "predict", result, warnings);
        }
        else if (file is null) predictions.WriteCsv(shell.Output);
        else shell.Say($"{Figures.Count(predictions.Rows)} rows written to {file}.");
        return ExitCodes.Done;
    }
}
