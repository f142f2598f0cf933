using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Ledger;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Tests.Training;
using Equipoise.Training;

namespace Equipoise.Tests.Losses;

public sealed class CombinedLossTests
{
    private static readonly CombinedLoss Both = new(new NamedLoss("level", new MeanSquaredError()), new NamedLoss("tail", new LogCosh(), 0.1), new NamedLoss("shown", new MeanAbsoluteError(), 0));

    [Theory, InlineData(1), InlineData(7), InlineData(19)]
    public void Value_and_gradient_are_the_weighted_sums_of_the_parts(int width)
    {
        const int Items = 5;
        float[] predictions = Draw(Items * width, 1), targets = Draw(Items * width, 2), shares = [0.5f, 0, 1, 0.25f, 2];
        var (values, gradients, parts) = Evaluate(Both, predictions, targets, shares, width);
        var (level, levelGradients, _) = Evaluate(new MeanSquaredError(), predictions, targets, shares, width);
        var (tail, tailGradients, _) = Evaluate(new LogCosh(), predictions, targets, shares, width);
        var (shown, _, _) = Evaluate(new MeanAbsoluteError(), predictions, targets, shares, width);
        for (int i = 0; i < Items; i++)
        {
            Assert.Equal(level[i] + (0.1f * tail[i]), values[i], 1e-6f);
            Assert.Equal([level[i], tail[i], shown[i]], parts[(3 * i)..(3 * i + 3)]);
        }
        for (int i = 0; i < gradients.Length; i++) Assert.Equal(levelGradients[i] + (0.1f * tailGradients[i]), gradients[i], 1e-6f);
    }

    [Fact]
    public void Losses_that_cannot_share_an_output_are_refused()
    {
        Assert.Contains("There is no loss", Assert.Throws<ArgumentException>(() => new CombinedLoss()).Message, StringComparison.Ordinal);
        Assert.Contains("2 losses are called 'a'", Refusal(new("a", new LogCosh()), new("a", new Huber())), StringComparison.Ordinal);
        Assert.Contains("each position by itself, the other the whole batch", Refusal(new("a", new LogCosh()), new("b", new Triplet())), StringComparison.Ordinal);
        Assert.Contains("both on raw predictions", Refusal(new("a", new BinaryCrossentropy(FromLogits: true)), new("b", new Dice())), StringComparison.Ordinal);
        Assert.Contains("at least 0", Refusal(new("a", new LogCosh(), -1), new("b", new Huber())), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CombinedLoss(new NamedLoss("a", new SparseCategoricalCrossentropy()), new NamedLoss("b", new CategoricalHinge())).TargetWidth(3));
        static string Refusal(params NamedLoss[] parts) => Assert.ThrowsAny<ArgumentException>(() => new CombinedLoss(parts)).Message;
    }

    [Fact]
    public void On_raw_predictions_all_parts_are()
    {
        var raw = Assert.IsType<CombinedLoss>(new CombinedLoss(new NamedLoss("a", new BinaryCrossentropy()), new NamedLoss("b", new BinaryFocalCrossentropy(), 2)).OnLogits);
        Assert.Equal(OutputLink.Sigmoid, raw.Link);
        Assert.Equal(["a", "b"], raw.Parts.Select(p => p.Name));
        Assert.Null(new CombinedLoss(new NamedLoss("a", new BinaryCrossentropy()), new NamedLoss("b", new Dice())).OnLogits);
    }

    [Theory, InlineData("dense"), InlineData("masked")]
    public void Every_loss_is_a_term_of_the_ledger_and_all_adds_up(string sample)
    {
        using var trainer = TrainingSamples.Model(sample).Compile(Options(Both));
        var data = TrainingSamples.Data(sample);
        var history = trainer.Fit(data, new FitOptions { Epochs = 2, BatchSize = 8, Validation = data });
        foreach (var entry in Enumerable.Range(0, trainer.Ledger.StepCount).Select(trainer.Ledger.Step).Concat(history.Epochs.SelectMany(e => new[] { e.Training, e.Validation! })))
        {
            var number = entry["number"];
            Assert.Equal(["level", "tail", "shown"], number.Losses.Select(l => l.Name));
            Assert.Equal([0.7, 0.07, 0], number.Losses.Select(l => Math.Round(l.Weight, 9)));
            Assert.Equal(number.RawLoss, number.Losses[0].RawLoss + (0.1 * number.Losses[1].RawLoss), 1e-6);
            Assert.Equal(number.Contribution, number.Losses.Sum(l => l.Contribution), 1e-6);
            Assert.Equal(entry.Total, entry.Outputs.SelectMany(o => o.Terms).Sum(t => t.Weight * t.RawLoss) + entry.PenaltySum, 1e-6 * Math.Abs(entry.Total));
            Assert.Empty(entry["kind"].Losses);
        }
        var last = history.Epochs[^1];
        Assert.Equal(last.Validation!["number"].Losses[1].RawLoss, last.Find("number.tail"));
        Assert.Contains("(number.level) + 0.07 ×", last.Training.Equation(names: true), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_the_ledger_comes_back_with_its_losses()
    {
        using var trainer = TrainingSamples.Model("dense").Compile(Options(Both));
        trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { BatchSize = 16 });
        var text = new StringWriter();
        LedgerFile.AppendSteps(text, trainer.Ledger, 0, 1);
        var back = LedgerFile.Read(new StringReader(text.ToString())).Single().Entry;
        Assert.Equal(trainer.Ledger.Step(0)["number"].Losses, back["number"].Losses);
        Assert.Equal(trainer.Ledger.Step(0).Equation(names: true), back.Equation(names: true));
    }

    [Fact]
    public void One_loss_in_a_sum_is_the_loss_itself_and_workers_change_no_bit()
    {
        double[] Totals(Loss loss, int workers)
        {
            using var trainer = TrainingSamples.Model("dense").Compile(Options(loss, workers));
            trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { Epochs = 2, BatchSize = 16 });
            return [.. Enumerable.Range(0, trainer.Ledger.StepCount).Select(s => trainer.Ledger.Step(s).Total)];
        }
        Assert.Equal(Totals(new MeanSquaredError(), 1), Totals(new CombinedLoss(new NamedLoss("only", new MeanSquaredError())), 1));
        Assert.Equal(Totals(Both, 1), Totals(Both, 3));
    }

    [Fact]
    public void A_shown_loss_may_be_infinite()
    {
        var x = Input.Numbers("x", 1);
        var loss = new CombinedLoss(new NamedLoss("mae", new MeanAbsoluteError()), new NamedLoss("mse", new MeanSquaredError(), 0));
        using var trainer = new Model([x], [x.Dense(1).Named("y")]).Compile(new CompileOptions { Optimizer = new Sgd(1e-30), Outputs = { ["y"] = new Output(loss) } });
        trainer.Fit(new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([1f, 2], 1) }, new Dictionary<string, TargetColumn> { ["y"] = new([1e30f, 1f]) }));
        Assert.Equal(double.PositiveInfinity, trainer.Ledger.Last["y"].Losses[1].RawLoss);
        Assert.True(double.IsFinite(trainer.Ledger.Last.Total));
    }

    private static CompileOptions Options(Loss loss, int workers = 2)
    {
        var options = TrainingSamples.Options(workers);
        options.Outputs["number"] = options.Outputs["number"] with { Loss = loss };
        return options;
    }

    private static (float[] Values, float[] Gradients, float[] Parts) Evaluate(Loss loss, float[] predictions, float[] targets, float[] shares, int width)
    {
        int items = shares.Length, parts = loss is CombinedLoss several ? several.Parts.Count : 0;
        float[] values = new float[items], gradients = new float[items * width], all = new float[items * parts];
        loss.Evaluate(new LossRows { Items = items, Width = width, Predictions = predictions, Targets = targets, Shares = shares, Values = values, Gradients = gradients, PartValues = all, Scratch = new float[loss.ScratchSize(items, 1, width, width)] });
        return (values, gradients, all);
    }

    private static float[] Draw(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin((i * 1.7) + seed))];
}
