using Equipoise.Configs;
using Equipoise.Runs;
using Equipoise.Trials;

namespace Equipoise.Tests.Trials;

public sealed class DoublingTests : IDisposable
{
    private const double Order = 0.05; // what is left of second order after one small step, by its size

    private readonly SmallData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void One_small_step_of_plain_descent_does_what_was_predicted()
    {
        // All rows in one batch: the gradient is that of the data, and a step of plain descent is the learning rate times it.
        string run = Train("sgd: {learning_rate: 0.01}", batch: 1000);
        var result = Doubling.Run(run, "y", new DoublingPlan { Steps = 1, WarmUp = 0, Orders = 1, LearningRate = 0.001 });
        var train = result.Parts[0];
        Assert.Equal("train", train.Part);
        foreach (var loss in train.Moments.Single().Outputs.Where(o => o.Output != "y"))
        {
            Assert.NotEqual(0, loss.Predicted);
            Assert.True(Math.Abs(loss.Change - loss.Predicted) <= Order * Math.Abs(loss.Predicted), $"{loss.Output}: {loss.Change} instead of {loss.Predicted}");
        }
        // Its own head learns twice as fast, too, which is not in the prediction.
        var own = train.Moments.Single().Outputs.Single(o => o.Output == "y");
        Assert.True(own.Change < own.Predicted && own.Predicted < 0, $"{own.Change}, {own.Predicted}");
        Assert.Equal("unclear", own.Verdict);
    }

    [Fact]
    public void A_weight_that_stays_changes_nothing_to_the_bit()
    {
        var result = Doubling.Run(Train("adam: {learning_rate: 0.02}"), "kind", new DoublingPlan { Steps = 10, WarmUp = 3, Orders = 2, Factor = 1 });
        Assert.Equal([1, 10], result.Parts[0].Moments.Select(m => m.Steps));
        Assert.All(result.Parts.SelectMany(p => p.Moments).SelectMany(m => m.Outputs), o =>
        {
            Assert.Equal(0.0, o.Change);
            Assert.Equal("unclear", o.Verdict);
        });
    }

    [Fact]
    public void A_small_weight_that_is_doubled_makes_its_loss_fall()
    {
        string run = Train("adam: {learning_rate: 0.02}", weights: (0.01, 1));
        var result = Doubling.Run(run, "y", new DoublingPlan { Steps = 30, Orders = 3, LearningRate = 0.01 });
        Assert.Equal(0.01, result.Weight, 1e-9);
        Assert.Equal([1, 3, 30], result.Parts[0].Moments.Select(m => m.Steps));
        var own = result.Parts[0].Moments[^1].Outputs.Single(o => o.Output == "y");
        Assert.Equal("falls", own.Verdict);
        Assert.True(own.Predicted < 0 && own.Low <= own.Change && own.Change <= own.High);
        Assert.Equal(["train", "valid"], result.Parts.Select(p => p.Part));
    }

    [Fact]
    public void The_same_call_gives_the_same_bits()
    {
        string run = Train("adam: {learning_rate: 0.02}");
        var plan = new DoublingPlan { Steps = 5, Orders = 2 };
        double[] Changes() => [.. Doubling.Run(run, "size", plan).Parts.SelectMany(p => p.Moments).SelectMany(m => m.Outputs).SelectMany(o => new[] { o.Change, o.Low, o.High, o.Predicted, o.Before })];
        Assert.Equal(Changes().Select(BitConverter.DoubleToInt64Bits), Changes().Select(BitConverter.DoubleToInt64Bits));
    }

    [Fact]
    public void Outputs_that_are_not_there_or_have_no_weight_are_told()
    {
        string run = Train("adam: {learning_rate: 0.02}", weights: (0, 1));
        Assert.Contains("Did you mean 'kind'", Assert.Throws<RunException>(() => Doubling.Run(run, "kin", new DoublingPlan())).Message, StringComparison.Ordinal);
        Assert.Contains("the double of it is the same", Assert.Throws<RunException>(() => Doubling.Run(run, "y", new DoublingPlan())).Message, StringComparison.Ordinal);
    }

    private string Train(string optimizer, int batch = 16, (double Y, double Kind)? weights = null)
    {
        var config = _data.Config();
        var options = new RunOptions { Root = Path.Combine(_data.Folder, "runs") };
        string text = config.Text.Replace("adam: {learning_rate: 0.02}", optimizer, StringComparison.Ordinal).Replace("batch: 16", $"batch: {batch}", StringComparison.Ordinal);
        if (weights is { } w)
            text = text.Replace("name: y, type: number,", FormattableString.Invariant($"name: y, type: number, weight: {w.Y},"), StringComparison.Ordinal).Replace("type: category }", FormattableString.Invariant($"type: category, weight: {w.Kind} }}"), StringComparison.Ordinal);
        return TrainingRun.Start(Config.Read(text, config.File), options).Folder!;
    }
}
