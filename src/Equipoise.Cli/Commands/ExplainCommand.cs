using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Ledger;
using Equipoise.Runs;
using Equipoise.Trials;

namespace Equipoise.Cli.Commands;

/// <summary><c>explain</c>: the loss equation of an epoch or step, each number named.</summary>
internal static class ExplainCommand
{
    public static Command Make(Shell shell)
    {
        var run = new Argument<string>("run") { Description = "The run folder." };
        var epoch = new Option<int?>("--epoch") { Description = "The epoch, from 1; without it, the last." };
        var step = new Option<long?>("--step") { Description = "The step, from 1, over all epochs." };
        var gap = new Option<bool>("--gap") { Description = "Also say why training and validation differ in the last epoch, in figures; evaluates the training part." };
        var twice = new Option<string?>("--double") { Description = "Also measure what doubling the weight of this output does: trains on from the run's last weights with and without it, in the same batches.", HelpName = "OUTPUT" };
        var steps = new Option<int>("--steps") { Description = "With --double: steps with the doubled weight; as many before it, unchanged.", DefaultValueFactory = _ => 100 };
        var orders = new Option<int>("--orders") { Description = "With --double: orders of the batches that it is tried in, for intervals.", DefaultValueFactory = _ => 5 };
        var rate = new Option<double?>("--learning-rate") { Description = "With --double: the learning rate. [default: the mean of the run's last epoch]" };
        var html = PageOption.Make();
        var command = new ToolCommand("explain", "Shows how the total loss is made: total = Σ weight × raw loss + Σ penalties, with each number named.",
            details: """
                Of a run with 'diagnose': who trains which shared layer (lengths, shares and conflicts of the outputs' gradients), and what a doubled weight would change, to first order.
                """,
            examples: ["equipoise explain runs/words-20260102-030405 --epoch 3", "equipoise explain runs/words-20260102-030405 --step 1", "equipoise explain runs/words-20260102-030405 --gap", "equipoise explain runs/words-20260102-030405 --double stress --html stress.html"]) { run, epoch, step, gap, twice, steps, orders, rate, html };
        command.Validators.Add(result =>
        {
            if (result.GetValue(epoch) is not null && result.GetValue(step) is not null) result.AddError("Give either --epoch or --step, not both.");
            foreach (var option in (Option<int>[])[steps, orders])
            {
                if (result.GetResult(option) is { Implicit: false } && result.GetValue(option) < 1) result.AddError($"{option.Name} wants a whole number of at least 1.");
            }
            if (result.GetValue(rate) is { } r && !(r > 0 && double.IsFinite(r))) result.AddError("--learning-rate wants a number above 0.");
            if (result.GetValue(twice) is null && ((Option[])[steps, orders, rate]).FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } alone) result.AddError($"{alone.Name} is for --double OUTPUT.");
        });
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(run), parsed.GetValue(epoch), parsed.GetValue(step), parsed.GetValue(gap), parsed.GetValue(twice),
            new DoublingPlan { Steps = parsed.GetValue(steps), Orders = parsed.GetValue(orders), LearningRate = parsed.GetValue(rate) }, parsed.GetValue(html)));
        return command;
    }

    private static int Run(Shell shell, string path, int? epoch, long? step, bool gap, string? twice, DoublingPlan plan, string? page)
    {
        var lines = Explanation.Of(path, epoch, step);
        var gaps = gap ? TrainingGap.Of(path) : [];
        var measured = twice is null ? null : Doubling.Run(path, twice, plan, shell.Say, shell.Cancellation);
        Envelope.Give(shell, "explain", page, Json, () =>
        {
            foreach (var line in lines) Print(shell.Output, line);
            if (gap) ExplainFigures.Write(shell.Output, gaps);
            if (measured is not null) DoublingText.Write(shell.Output, measured);
        });
        return ExitCodes.Done;

        JsonObject Json()
        {
            var result = new JsonObject { ["run"] = path, ["lines"] = new JsonArray([.. lines.Select(l => (JsonNode)RunJson.Explain(l))]) };
            if (gap) result["training_and_validation"] = ExplainFigures.Json(gaps);
            if (measured is not null) result["measured"] = DoublingJson.Write(measured);
            return result;
        }
    }

    private static void Print(TextWriter output, Explanation line)
    {
        var entry = line.Entry;
        output.WriteLine(line.Part switch
        {
            "step" => $"Step {entry.Step} (epoch {entry.Epoch}), {Figures.Count(entry.Rows)} rows",
            "epoch" => $"Epoch {entry.Epoch}, training: mean over its steps, {Figures.Count(entry.Rows)} rows",
            _ => $"Epoch {entry.Epoch}, validation, {Figures.Count(entry.Rows)} rows",
        });
        output.WriteLine();
        output.WriteLine($"  {entry.Equation()}");
        output.WriteLine($"  {entry.Equation(names: true)}");
        output.WriteLine();
        var table = new TextTable("term", "raw loss", "weight", "contribution", "share", "labelled", "divided by") { Right = { 1, 2, 3, 4, 5, 6 } };
        foreach (var account in entry.Outputs)
        {
            foreach (var term in account.Terms)
                table.Add(term.Name, Figures.Number(term.RawLoss), Figures.Weight(term.Weight), Figures.Number(term.Contribution), Figures.Percent(term.Share), Figures.Count(account.Labelled), account.Divisor.ToString("G6", CultureInfo.InvariantCulture));
        }
        foreach (var penalty in entry.Penalties) table.Add($"{penalty.Kind}, layer {penalty.Layer}", "", "", Figures.Number(penalty.Value), Figures.Percent(penalty.Share), "", "");
        if (entry.Penalties.Count > 1) table.Add("penalties together", "", "", Figures.Number(entry.PenaltySum), Figures.Percent(entry.Total == 0 ? 0 : entry.PenaltySum / entry.Total), "", "");
        table.Add("total", "", "", Figures.Number(entry.Total), "", "", "");
        table.Write(output);
        foreach (var note in entry.Notes) output.WriteLine($"In {Figures.Count(note.Steps)} steps {Words(note)}.");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The terms add up to the total within {line.Gap:0.0e0} of its size."));
        output.WriteLine();
        if (entry.Gradients is { } gradients) PrintGradients(output, entry, gradients);
    }

    private static void PrintGradients(TextWriter output, LedgerEntry entry, GradientAccount gradients)
    {
        output.WriteLine($"Gradients of the raw losses in the shared layers, over {Figures.Count(gradients.Steps)} steps:");
        output.WriteLine();
        string[] names = [.. gradients.Norms.Select(n => n.Output)];
        var norms = new TextTable(["length", .. names]);
        for (int k = 1; k <= names.Length; k++) norms.Right.Add(k);
        norms.Add(["all shared layers", .. gradients.Norms.Select(n => Length(n.Norm))]);
        foreach (var layer in gradients.Layers) norms.Add([layer.Layer, .. layer.Norms.Select(n => Length(n.Norm))]);
        norms.Write(output);
        output.WriteLine();
        ExplainFigures.WriteShares(output, entry, gradients);
        if (gradients.Pairs.Count == 0) return;
        var pairs = new TextTable("outputs", "cosine", "steps in conflict", "most against each other in") { Right = { 1, 2 } };
        foreach (var pair in gradients.Pairs)
        {
            var worst = gradients.Layers.Select(l => (l.Layer, Pair: l.Pairs.FirstOrDefault(p => p.First == pair.First && p.Second == pair.Second))).Where(l => l.Pair is not null).MinBy(l => l.Pair!.Cosine);
            pairs.Add($"{pair.First}, {pair.Second}", Cosine(pair.Cosine), Figures.Percent(pair.Conflicts), worst.Pair is null ? "" : $"{worst.Layer} ({Cosine(worst.Pair.Cosine)})");
        }
        pairs.Write(output);
        output.WriteLine();
        ExplainFigures.Write(output, DoubledWeight.Of(entry));
    }

    private static string Length(double norm) => norm.ToString("G3", CultureInfo.InvariantCulture);

    private static string Cosine(double cosine) => cosine.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Words(BalanceNote note)
    {
        string output = note.Output is null ? "all outputs" : $"'{note.Output}'";
        return note.Kind switch
        {
            "masked" => $"{output} had no label: weight 0",
            "single_output" => $"only {output} took part: its weight was the one of the config",
            "zero_gradient" => $"the gradient of {output} in the shared layers was zero: base weight",
            "opposed" => $"no direction improved {output}: base weights",
            "not_finite" => $"the loss or gradient of {output} was not finite: weight 0",
            "negative_loss" => $"the loss of {output} was negative, which the method cannot use: base weight",
            _ => $"{output}: {note.Kind}",
        };
    }
}
