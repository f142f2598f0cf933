using Equipoise.Ledger;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Early stopping over two figures: the total, which falls, and an accuracy, which rises.</summary>
public sealed class JointEarlyStoppingTests
{
    private static readonly WatchedFigure Loss = new("loss"), Accuracy = new("kind.accuracy");

    // The loss is best in epoch 3, the accuracy in epoch 5.
    private static readonly double[] Losses = [5, 4, 3, 3.5, 3.6, 3.7, 3.8, 3.9, 4];
    private static readonly double[] Accuracies = [0.1, 0.2, 0.3, 0.4, 0.5, 0.4, 0.4, 0.4, 0.4];

    [Theory]
    [InlineData(StopRule.Any, 1, 5)]                           // the loss has waited 2 epochs after epoch 3
    [InlineData(StopRule.All, 1, 7)]                           // the accuracy 2 epochs after epoch 5
    [InlineData(StopRule.AtLeast, 1, 5)]
    [InlineData(StopRule.AtLeast, 2, 7)]
    public void Stops_when_so_many_figures_have_waited_out_their_patience(StopRule rule, int count, int epochs)
    {
        var stopping = new JointEarlyStopping([Loss, Accuracy], rule, patience: 2, count);
        var history = FedTraining.Run(stopping, Losses, Accuracies).History;
        Assert.Equal(epochs, history.Epochs.Count);
        Assert.Contains("no improvement any more of 'loss' (best 3.0000 in epoch 3)", history.StopReason, StringComparison.Ordinal);
        Assert.Equal(rule == StopRule.All || count == 2, history.StopReason!.Contains("kind.accuracy", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_figure_has_patience_and_direction_of_its_own()
    {
        var patient = new JointEarlyStopping([Loss with { Patience = 4 }, Accuracy with { Patience = 1 }], StopRule.Any, patience: 9);
        Assert.Equal(6, Epochs(patient, Losses, Accuracies));
        Assert.Equal([3.0, 0.5], patient.Best);
        Assert.Equal([3, 5], patient.BestEpochs);
        // Watched upside down, the accuracy is best at once.
        Assert.Equal(2, Epochs(new JointEarlyStopping([Accuracy with { HigherIsBetter = false }], StopRule.Any, patience: 1), Losses, Accuracies));
    }

    [Fact]
    public void A_figure_that_improves_again_is_no_longer_done()
    {
        double[] losses = [5, 6, 6, 4, 6, 6, 6], accuracies = [0.1, 0.2, 0.3, 0.3, 0.3, 0.3, 0.3];
        // The loss is done after epoch 3, but not in epochs 4 and 5, when the accuracy is done.
        Assert.Equal(6, Epochs(new JointEarlyStopping([Loss, Accuracy], StopRule.All, patience: 2), losses, accuracies));
    }

    [Fact]
    public void The_score_weighs_the_figures_and_its_best_weights_come_back()
    {
        // Score = loss − 10 × accuracy: 4, 2, 0, −0.5, −1.4, −0.3, −0.2: best in epoch 5.
        var stopping = new JointEarlyStopping([Loss, Accuracy with { Weight = 10 }], StopRule.Score, patience: 2);
        var (history, _, weights, final) = FedTraining.Run(stopping, Losses, Accuracies);
        Assert.Equal(7, history.Epochs.Count);
        Assert.Equal(5, stopping.BestEpoch);
        Assert.Equal(3.6 - 5, stopping.BestScore, 1e-9);
        Assert.Equal(weights[4], final);
        // With the loss alone in the score, epoch 3.
        var lossAlone = new JointEarlyStopping([Loss, Accuracy with { Weight = 0 }], StopRule.Score, patience: 2);
        Assert.Equal(5, Epochs(lossAlone, Losses, Accuracies));
        Assert.Equal(3, lossAlone.BestEpoch);
    }

    [Fact]
    public void Only_what_is_worse_in_nothing_is_a_Pareto_improvement()
    {
        // Epochs 4 and 5 have better accuracy but a worse loss; epoch 6 is better in both than epoch 3.
        double[] losses = [5, 4, 3, 3.5, 3.6, 2.9, 3, 3], accuracies = [0.1, 0.2, 0.3, 0.4, 0.5, 0.35, 0.9, 0.9];
        var stopping = new JointEarlyStopping([Loss, Accuracy], StopRule.Pareto, patience: 3);
        Assert.Equal(8, Epochs(stopping, losses, accuracies));
        Assert.Equal(6, stopping.BestEpoch);
        var impatient = new JointEarlyStopping([Loss, Accuracy], StopRule.Pareto, patience: 2);
        Assert.Equal(5, Epochs(impatient, losses, accuracies));
        Assert.Equal(3, impatient.BestEpoch);
        // Equal in all is no improvement.
        Assert.Equal(2, Epochs(new JointEarlyStopping([Loss, Accuracy], StopRule.Pareto, patience: 1), [1, 1, 1], [0.5, 0.5, 0.5]));
    }

    [Fact]
    public void NaN_is_never_an_improvement()
    {
        var stopping = new JointEarlyStopping([Loss, Accuracy], StopRule.Pareto, patience: 2);
        Assert.Equal(4, Epochs(stopping, [double.NaN, 4, 3, double.NaN], [0.1, 0.2, double.NaN, 0.9]));
        Assert.Equal(2, stopping.BestEpoch);
    }

    [Fact]
    public void A_head_that_is_done_is_frozen_while_the_others_go_on()
    {
        var stopping = new JointEarlyStopping([Accuracy with { Patience = 2, FreezeHead = true }, Loss with { Patience = 9 }], restoreBest: false);
        var kept = FedTraining.Run(stopping, [9, 8, 7, 6, 5, 4], [0.5, 0.5, 0.5, 0.9, 0.9, 0.9]);
        Assert.Equal([true, false], stopping.Frozen);
        Assert.NotEqual(kept.Weights[1], kept.Weights[2]);     // epoch 3 still trained it
        Assert.Equal(kept.Weights[2], kept.Weights[3]);
        Assert.Equal(kept.Weights[2], kept.Final);
        Assert.Equal(6, kept.History.Epochs.Count);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Freezing_leaves_the_shared_layers_to_train(int accumulation)
    {
        var model = TrainingSamples.Model("dense");
        using var trainer = model.Compile(TrainingSamples.Options(1, new Adam(0.01) { GlobalClipNorm = 1, WeightDecay = 0.1, AccumulationSteps = accumulation }));
        var data = TrainingSamples.Data("dense");
        trainer.Fit(data, new FitOptions { BatchSize = 8 });
        trainer.Freeze("kind");
        float[] head = model.GetWeight("kind/kernel"), bias = model.GetWeight("kind/bias"), other = model.GetWeight("number/kernel"), shared = model.GetWeight("dense/kernel");
        trainer.Fit(data, new FitOptions { BatchSize = 8 });
        Assert.Equal(head, model.GetWeight("kind/kernel"));
        Assert.Equal(bias, model.GetWeight("kind/bias"));
        Assert.NotEqual(other, model.GetWeight("number/kernel"));
        Assert.NotEqual(shared, model.GetWeight("dense/kernel"));
        Assert.Contains("Did you mean 'kind'?", Assert.Throws<ArgumentException>(() => trainer.Freeze("knid")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new JointEarlyStopping([]));
        Assert.Throws<ArgumentException>(() => new JointEarlyStopping([Loss, Loss]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new JointEarlyStopping([Loss, Accuracy], StopRule.AtLeast, count: 3));
        Assert.Contains("no head to freeze", Assert.Throws<ArgumentException>(() => new JointEarlyStopping([Loss with { FreezeHead = true }])).Message, StringComparison.Ordinal);
    }

    private static int Epochs(Callback stopping, double[] losses, double[] accuracies) => FedTraining.Run(stopping, losses, accuracies).History.Epochs.Count;
}
