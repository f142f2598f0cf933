using System.Globalization;
using System.Text;
using Equipoise.Configs;
using Equipoise.Ledger;
using Equipoise.Losses;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Tests.Runs;

/// <summary>Runs whose outputs have several losses, predict a variance, compare pairs or make embeddings; and figures label by label.</summary>
public sealed class RunLossesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Several_losses_of_an_output_are_terms_with_weights_of_their_own()
    {
        Write("a,b,y", r => $"{r % 7},{r % 5},{(r % 7) + (r % 5)}");
        var result = Train("outputs: [ {name: y, type: number, weight: 2, losses: [ {mse: {}, name: level}, {log_cosh: {}, weight: 0.5}, {huber: 0.3, name: shown, weight: 0} ]} ]", "keep: y.level");
        var account = result.Valid!.Account;
        Assert.Equal([("level", 2.0), ("log_cosh", 1.0), ("shown", 0.0)], account["y"].Losses.Select(l => (l.Name, l.Weight)));
        Assert.Equal(account.Total, (2 * account["y"].Losses[0].RawLoss) + account["y"].Losses[1].RawLoss, 1e-6);
        var run = RunFolder.Load(result.Folder!);
        Assert.Equal(account.Equation(names: true), run.Evaluate(run.ReadPart("valid")).Account.Equation(names: true));
        Assert.Contains("train:y.level", File.ReadLines(Path.Combine(result.Folder!, RunFiles.Epochs)).First(), StringComparison.Ordinal);
        // Standardised like any loss of errors: the target's mean is 5.
        Assert.True(account["y"].Losses[0].RawLoss < 2, "the target was not standardised");
    }

    [Theory]
    [InlineData("losses: [mse, mse]", "2 losses are called 'mean_squared_error'")]
    [InlineData("loss: mse, losses: [huber]", "'loss' is for one loss")]
    [InlineData("losses: [{mse: {}, weight: -1}]", "finite number ≥ 0")]
    [InlineData("losses: [{msee: {}}]", "Did you mean 'mse'?")]
    [InlineData("losses: mse", "A list of losses")]
    [InlineData("losses: [mse, binary_crossentropy]", "for classes, but the output is a number")]
    [InlineData("losses: [mse, gaussian_nll]", "cannot share an output")]
    [InlineData("loss: contrastive", "must be of the type binary")]
    [InlineData("loss: triplet", "must be of the type category")]
    public void Losses_that_do_not_fit_are_told(string losses, string message)
        => Assert.Contains(message, Assert.Throws<ConfigException>(() => Config.Read($"data: a.csv\noutputs: [ {{name: y, type: number, {losses}}} ]\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_loss_over_several_outputs_is_a_term_of_the_equation_in_the_unit_of_the_data()
    {
        // A total and its parts; where r % 3 is 1 nobody knows the total.
        Write("a,b,left,right,total", r => $"{r % 7},{r % 5},{100 * (r % 7)},{100 * (r % 5)},{(r % 3 == 1 ? "" : $"{(100 * (r % 7)) + (100 * (r % 5))}")}");
        const string Outputs = "outputs: [ {name: total, type: number, weight: 0}, {name: left, type: number}, {name: right, type: number} ]";
        var result = Train(Outputs, "epochs: 40, keep: whole.loss, losses: [ {name: whole, outputs: [total, left, right], loss: {linear_constraint: {scale: 100}}, weight: 0.5}, {outputs: [left, right], loss: {sum_error: {scale: 100}}, weight: 0} ]");
        var account = result.Valid!.Account;
        Assert.Equal(["total", "left", "right", "whole", "sum_error"], account.Outputs.Select(o => o.Output));
        Assert.Equal(account.Total, account["left"].RawLoss + account["right"].RawLoss + (0.5 * account["whole"].RawLoss), 1e-5);
        var run = RunFolder.Load(result.Folder!);
        Assert.Equal(account.Equation(names: true), run.Evaluate(run.ReadPart("valid")).Account.Equation(names: true));
        Assert.Contains("valid:whole.loss", File.ReadLines(Path.Combine(result.Folder!, RunFiles.Epochs)).First(), StringComparison.Ordinal);
        // The total is not trained itself (its weight is 0), so what it says it has from its parts.
        var table = run.Predict(run.ReadPart("test"));
        double[] Column(string name) => [.. table[name].Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        double[] total = Column("total"), left = Column("left"), right = Column("right");
        double[] residuals = [.. total.Select((t, i) => (t - left[i] - right[i]) / 100)];
        Assert.True(residuals.Average(r => r * r) < 0.2, $"The parts miss the total by {residuals.Average(r => r * r)}.");
        var test = run.Evaluate(run.ReadPart("test")).Account;
        Assert.Equal(residuals.Average(r => r * r), test["whole"].RawLoss, 1e-4);
        Assert.Equal(table.Rows, test["whole"].Labelled);
    }

    [Fact]
    public void A_divergence_of_numbers_is_refused()
    {
        Write("a,b,y,z", r => $"{r % 7},{r % 5},{r % 7},{r % 5}");
        Assert.Contains("'y' is a number. Use agreement.", Assert.Throws<ConfigException>(() => Train("outputs: [y, z]", "losses: [ {outputs: [y, z], loss: divergence} ]")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{name: w, outputs: [y, zz], loss: agreement}", "There is no output called 'zz'.")]
    [InlineData("{name: w, outputs: [y, z], loss: agrement}", "Did you mean 'agreement'?")]
    [InlineData("{name: w, outputs: [y, z]}", "The 'loss' is missing")]
    [InlineData("{name: w, loss: agreement}", "The 'outputs' are missing")]
    [InlineData("{name: y, outputs: [y, z], loss: agreement}", "'y' is an output too")]
    [InlineData("{name: w, outputs: [y], loss: agreement}", "wants at least two")]
    [InlineData("{name: w, outputs: [y, y], loss: agreement}", "'y' stands 2 times")]
    [InlineData("{outputs: [y, z], loss: agreement}, {outputs: [y, z], loss: {agreement: 3}}", "are called 'agreement'")]
    [InlineData("{outputs: [y, z], loss: agreement, weight: -1}", "finite number ≥ 0")]
    public void Losses_over_several_outputs_that_do_not_fit_are_told(string losses, string message)
        => Assert.Contains(message, Assert.Throws<ConfigException>(() => Config.Read($"data: a.csv\noutputs: [ {{name: y, type: number}}, {{name: z, type: number}} ]\ntraining: {{ losses: [ {losses} ] }}\n")).Message, StringComparison.Ordinal);

    private const string Mean = """
        outputs:
          - { name: y, type: number, transform: none }
          - { name: z, type: number, transform: none }
          - { name: both, column: y, type: number, transform: none, from: [y, z], join: average, projection: false, weight: 0 }
        """;

    [Fact]
    public void An_output_without_a_projection_is_what_it_reads()
    {
        Write("a,b,y,z", r => $"{r % 7},{r % 5},{r % 7},{10 - (r % 5)}");
        var run = RunFolder.Load(Train(Mean).Folder!);
        var table = run.Predict(run.ReadPart("test"));
        double[] Column(string name) => [.. table[name].Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        double[] y = Column("y"), z = Column("z"), both = Column("both");
        Assert.NotEmpty(both);
        for (int r = 0; r < both.Length; r++) Assert.Equal((y[r] + z[r]) / 2, both[r], 1e-4);
    }

    [Fact]
    public void Layers_of_another_width_than_the_output_are_told()
    {
        Write("a,b,y,z", r => $"{r % 7},{r % 5},{r % 7},{10 - (r % 5)}");
        Assert.Contains("'both'", Assert.ThrowsAny<EquipoiseException>(() => Train(Mean.Replace("join: average, ", "", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
        Assert.Contains("true or false", Assert.Throws<ConfigException>(() => Train(Mean.Replace("projection: false", "projection: none", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_predicted_variance_knows_where_the_numbers_scatter()
    {
        // Where a is 1 the number scatters by 10, else by 1.
        Write("a,b,y", r => $"{r % 2},{r % 3},{100 + (r % 3) + ((r % 2 == 1 ? 10 : 1) * Math.Sin(r * 12.9898) * 1.4)}", 400);
        var result = Train("outputs: [ {name: y, type: number, loss: gaussian_nll, metrics: [mae]} ]", "epochs: 60");
        Assert.InRange(result.Test!["y", "mae"], 1, 12);
        var run = RunFolder.Load(result.Folder!);
        var table = run.Predict(run.ReadPart("test"));
        Assert.Equal(["y", "y_low", "y_high"], table.Names);
        double[] Column(string name) => [.. table[name].Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        double[] mean = Column("y"), low = Column("y_low"), high = Column("y_high");
        Assert.All(Enumerable.Range(0, mean.Length), r => Assert.True(low[r] < mean[r] && mean[r] < high[r]));
        double[] widths = [.. high.Zip(low, (h, l) => (h - l) / 2).Order()];
        Assert.InRange(widths[0], 0.3, 3);
        Assert.InRange(widths[^1], 5, 15);
    }

    [Fact]
    public void A_pair_of_inputs_with_a_shared_encoder_learns_who_belongs_together()
    {
        // Two numbers belong together if both are below or both above 5.
        Write("left,right,same", r => $"{r * 37 % 101 / 10.0},{r * 53 % 101 / 10.0},{((r * 37 % 101 > 50) == (r * 53 % 101 > 50) ? "yes" : "no")}", 400);
        const string Pairs = """
            inputs: [ {name: left, type: number, encoder: side}, {name: right, type: number, encoder: side} ]
            encoders: { side: [ {dense: 8, activation: tanh}, {dense: 4} ] }
            outputs: [ {name: same, type: binary, one: "yes", from: [left, right], join: euclidean_distance, loss: contrastive, metrics: [auc, accuracy]} ]
            """;
        var result = Train(Pairs, "epochs: 40, batch: 10");
        Assert.True(result.Test!["same", "auc"] > 0.95, $"The AUC is {result.Test["same", "auc"]}.");
        Assert.True(result.Test["same", "accuracy"] > 0.85, $"The accuracy is {result.Test["same", "accuracy"]}.");
        var run = RunFolder.Load(result.Folder!);
        Assert.Equal(["same", "same_nearness"], run.Predict(run.ReadPart("test")).Names);
        Assert.Contains("'join: euclidean_distance'", Assert.Throws<ConfigException>(() => Train(Pairs.Replace("join: euclidean_distance, ", "", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embeddings_are_trained_by_classes_and_predicted_as_numbers()
    {
        Write("a,b,kind", r => $"{r % 3},{r * 7 % 4},{(r % 3) switch { 0 => "x", 1 => "y", _ => "z" }}", 200);
        const string Kinds = "outputs: [ {name: kind, type: category, loss: {triplet: {margin: 0.5}}, layers: [ {dense: 3}, unit_normalization ]} ]";
        var result = Train(Kinds, "epochs: 15, batch: 20");
        Assert.True(result.Valid!.Account.Total < 0.2, $"The loss is {result.Valid.Account.Total}.");
        var run = RunFolder.Load(result.Folder!);
        Assert.Equal(["kind_0", "kind_1", "kind_2"], run.Predict(run.ReadPart("test")).Names);
        Assert.Empty(run.EvaluateLabels(run.ReadPart("test")));
        Assert.False(File.Exists(Path.Combine(result.Folder!, RunFiles.Labels)));
        Assert.Contains("no metric of classes", Assert.Throws<ConfigException>(() => Train(Kinds.Replace("layers:", "metrics: [accuracy], layers:", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_have_figures_of_their_own_in_the_run_folder()
    {
        Write("a,b,tags,kind", r => $"{r % 4},{r % 3},{(r % 4 == 0 ? "red" : r % 4 == 1 ? "red blue" : "blue")},{(r % 3 == 0 ? "x" : "y")}", 240);
        var result = Train("outputs: [ {name: tags, type: set}, {name: kind, type: category} ]", "epochs: 30, batch: 10");
        var run = RunFolder.Load(result.Folder!);
        var data = run.ReadPart("test");
        var figures = run.EvaluateLabels(data);
        Assert.Equal([("tags", "blue"), ("tags", "red"), ("kind", "x"), ("kind", "y")], figures.Select(f => (f.Output, f.Label)).OrderBy(f => f.Output == "kind").ThenBy(f => f.Label, StringComparer.Ordinal));
        var red = figures.Single(f => f.Label == "red");
        int place = run.Encoders.Columns.Targets["tags"].Labels.ToList().IndexOf("red");
        float[] predictions = run.Model.Predict(data)["tags"];
        bool[] has = [.. Enumerable.Range(0, data.Rows).Select(r => data.Targets["tags"].Row(r)[place] == 1)];
        bool[] told = [.. Enumerable.Range(0, data.Rows).Select(r => predictions[(r * 2) + place] > 0.5f)];
        long right = has.Zip(told).Count(p => p.First && p.Second);
        Assert.Equal((has.Count(h => h), told.Count(t => t)), (red.Support, red.Predicted));
        Assert.Equal(right / (double)red.Predicted, red.Precision, 1e-12);
        Assert.Equal(right / (double)red.Support, red.Recall, 1e-12);
        Assert.InRange(red.AveragePrecision, 0.5, 1);
        Assert.Equal(data.Rows, figures.Where(f => f.Output == "kind").Sum(f => f.Support));
        Assert.Equal(data.Rows, figures.Where(f => f.Output == "kind").Sum(f => f.Predicted));
        string[] lines = File.ReadAllLines(Path.Combine(result.Folder!, RunFiles.Labels));
        Assert.Equal("part,output,label,support,predicted,precision,recall,f1,average_precision", lines[0]);
        Assert.Equal(1 + (2 * figures.Count), lines.Length);
        Assert.Contains(lines, l => l.StartsWith($"test,tags,red,{red.Support},{red.Predicted},", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{name: tags, type: set}, {name: kind, type: category}")]
    [InlineData("{name: tags, type: set, metrics: []}, {name: kind, type: category, metrics: []}")]
    [InlineData("{name: kind, type: ordered_category, order: [x, y, z], loss: corn, metrics: [accuracy]}")]
    [InlineData("{name: tags, type: set, loss: binary_focal_crossentropy}, {name: kind, type: category, activation: softmax}")]
    public void Figures_of_labels_are_those_of_predictions_by_themselves(string outputs)
    {
        Write("a,b,tags,kind", r => $"{r % 7},{r % 5},{(r % 4 == 0 ? "red" : r % 4 == 1 ? "red blue" : "blue")},{(r % 3 == 0 ? "x" : r % 5 == 1 ? "" : r % 7 < 3 ? "y" : "z")}", 3000); // the test part is more than one batch
        var result = Train($"outputs: [ {outputs} ]", "epochs: 2, batch: 50");
        var run = RunFolder.Load(result.Folder!);
        string[] written = File.ReadAllLines(Path.Combine(result.Folder!, RunFiles.Labels));
        foreach (string part in (string[])["valid", "test"])
        {
            var data = run.ReadPart(part);
            var figures = run.EvaluateLabels(data);
            Assert.Equal(LabelTable.Lines(part, figures), written.Where(l => l.StartsWith($"{part},", StringComparison.Ordinal)));
            var (evaluated, together) = run.EvaluateWithLabels(data);
            Assert.Equal(figures, together);
            Assert.Equal(run.Evaluate(data).Metrics, evaluated.Metrics);
        }
    }

    [Theory]
    [InlineData("effective_number", 0.999)]
    [InlineData("{effective_number: 0.9}", 0.9)]
    public void Classes_are_weighed_by_their_effective_number(string weights, double beta)
    {
        Write("a,b,kind", r => $"{r % 5},{r % 3},{(r % 5 == 0 ? "rare" : "usual")}");
        var result = Train($"outputs: [ {{name: kind, type: category, class_weights: {weights}}} ]", "epochs: 1, batch: 500, optimizer: {sgd: 0}");
        var target = result.Data.Encoders.Columns.Targets["kind"];
        double[] counts = [.. target.Counts.Select(c => (double)c)];
        double[] raw = [.. counts.Select(n => (1 - beta) / (1 - Math.Pow(beta, n)))];
        double[] wanted = [.. raw.Select(w => w * 2 / raw.Sum())];
        // One step at the beginning: its loss is the weighted mean over the rows, and the evaluation of the same weights the plain one.
        double weighted = result.History.Ledger.Step(0)["kind"].RawLoss;
        float[] probabilities = RunFolder.Load(result.Folder!).Model.Predict(result.Data.Train)["kind"];
        var labels = result.Data.Train.Targets["kind"];
        double sum = Enumerable.Range(0, labels.Rows).Sum(r => wanted[(int)labels.Row(r)[0]] * -Math.Log(probabilities[(2 * r) + (int)labels.Row(r)[0]]));
        Assert.Equal(sum / labels.Rows, weighted, 1e-5);
    }

    [Fact]
    public void Several_steps_make_one_update()
    {
        Write("a,b,y", r => $"{r % 7},{r % 5},{(r % 7) + (r % 5)}", 200);
        const string Output = "outputs: [ {name: y, type: number} ]";
        var one = Train(Output, "batch: 20, epochs: 1, optimizer: {sgd: 0.1}");
        var two = Train(Output, "batch: 10, accumulate: 2, epochs: 1, optimizer: {sgd: 0.1}");
        Assert.Equal(2 * one.History.Ledger.StepCount, two.History.Ledger.StepCount);
        // The first update comes after the second step.
        Assert.Equal(one.History.Ledger.Step(0).Total, (two.History.Ledger.Step(0).Total + two.History.Ledger.Step(1).Total) / 2, 1e-5);
        Assert.Equal(one.Valid!.Account.Total, two.Valid!.Account.Total, 1e-4);
    }

    private RunResult Train(string outputs, string training = "epochs: 3")
    {
        string inputs = outputs.Contains("inputs:", StringComparison.Ordinal) ? "" : "inputs: [ {name: sides, type: number, columns: [a, b]} ]\ntrunk: [ {dense: 8, activation: tanh} ]\n";
        string settings = training.Contains("optimizer", StringComparison.Ordinal) ? training : training + ", optimizer: {adam: 0.02}";
        if (!settings.Contains("batch", StringComparison.Ordinal)) settings += ", batch: 10";
        return TrainingRun.Start(Config.Read($"data: {{source: data.csv}}\n{inputs}{outputs}\ntraining: {{ {settings}, seed: 3, workers: 1 }}\n", Path.Combine(_folder, "try.yaml")), new RunOptions { Root = Path.Combine(_folder, "runs") });
    }

    private void Write(string header, Func<int, FormattableString> row, int rows = 120)
    {
        var text = new StringBuilder(header + "\n");
        for (int r = 0; r < rows; r++) text.Append(row(r).ToString(CultureInfo.InvariantCulture)).Append('\n');
        File.WriteAllText(Path.Combine(_folder, "data.csv"), text.ToString());
    }
}
