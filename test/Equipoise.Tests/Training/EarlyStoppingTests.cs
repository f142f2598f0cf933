using Equipoise.Ledger;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

public sealed class EarlyStoppingTests
{
    [Theory]
    [InlineData(new double[] { 5, 4, 3, 3.5, 3.4, 3.3 }, 2, 0, 5, 3)]
    [InlineData(new double[] { 5, 4, 3, 3.5, 3.4, 3.3 }, 0, 0, 4, 3)]
    [InlineData(new double[] { 5, 4, 3, 3.5, 2.9, 2.8 }, 2, 0, 6, 6)]
    [InlineData(new double[] { 5, 4.95, 4.9, 4.85 }, 2, 0.2, 3, 1)]
    [InlineData(new double[] { double.NaN, 4, 3, double.NaN, double.NaN }, 2, 0, 5, 3)]
    [InlineData(new double[] { double.NaN, double.NaN, double.NaN }, 2, 0, 2, 0)]
    [InlineData(new double[] { 3, 3, 3 }, 1, 0, 2, 1)]
    public void Stops_after_so_many_epochs_without_improvement(double[] losses, int patience, double minimumDelta, int epochs, int best)
    {
        var stopping = new EarlyStopping(patience: patience, minimumDelta: minimumDelta);
        Assert.Equal(epochs, Run(stopping, losses, []));
        Assert.Equal(best, stopping.BestEpoch);
    }

    [Fact]
    public void A_metric_says_itself_which_way_it_improves()
    {
        var stopping = new EarlyStopping("kind.accuracy", 1);
        Assert.Equal(4, Run(stopping, [1, 1, 1, 1, 1], [0.5, 0.6, 0.7, 0.65, 0.9]));
        Assert.Equal(0.7, stopping.Best);
        var other = new EarlyStopping("kind.accuracy", 1, higherIsBetter: false);
        Assert.Equal(2, Run(other, [1, 1, 1, 1, 1], [0.5, 0.6, 0.7, 0.65, 0.9]));
    }

    [Fact]
    public void An_unknown_figure_is_an_error_that_names_the_known()
    {
        var problem = Assert.Throws<ArgumentException>(() => Run(new EarlyStopping("kind.acuracy"), [1], [1]));
        Assert.Contains("kind.accuracy", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_weights_come_back()
    {
        var model = TrainingSamples.Model("dense");
        using var trainer = model.Compile(TrainingSamples.Options());
        var stopping = new EarlyStopping("loss", 2);
        var keeper = new Keeper();
        var history = trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { Epochs = 60, BatchSize = 16, Validation = TrainingSamples.Data("dense", 25, 31), Callbacks = [keeper, stopping] });
        Assert.NotNull(history.StopReason);
        Assert.Equal(stopping.BestEpoch + 2, history.Epochs.Count);
        Assert.Equal(history.Epochs.Min(e => e.Validation!.Total), stopping.Best);
        Assert.Equal(keeper.Weights[stopping.BestEpoch - 1], model.GetWeight("kind/kernel"));
        Assert.NotEqual(keeper.Weights[^1], model.GetWeight("kind/kernel"));
    }

    private static int Run(EarlyStopping stopping, double[] losses, double[] accuracies) => FedTraining.Run(stopping, losses, accuracies).History.Epochs.Count;

    private sealed class Keeper : Callback
    {
        public List<float[]> Weights { get; } = [];

        public override void EpochEnds(Trainer trainer, EpochEntry epoch) => Weights.Add(trainer.Model.GetWeight("kind/kernel"));
    }
}
