using Equipoise.Ledger;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>A training whose callback under test is told given figures instead of its own.</summary>
internal static class FedTraining
{
    /// <summary>Runs; gives the history, the learning rate after each epoch and the weights of a head after each epoch and at the end.</summary>
    public static (History History, double[] Rates, float[][] Weights, float[] Final) Run(Callback callback, double[] losses, double[]? accuracies = null, double learningRate = 0.01)
    {
        using var trainer = TrainingSamples.Model("dense").Compile(TrainingSamples.Options(1, new Sgd(learningRate)));
        var feeder = new Feeder(callback, losses, accuracies ?? []);
        var history = trainer.Fit(TrainingSamples.Data("dense", 4), new FitOptions { Epochs = losses.Length, Callbacks = [feeder] });
        return (history, [.. feeder.Rates], [.. feeder.Weights], trainer.Model.GetWeight("kind/kernel"));
    }

    private sealed class Feeder(Callback inner, double[] losses, double[] accuracies) : Callback
    {
        public List<double> Rates { get; } = [];

        public List<float[]> Weights { get; } = [];

        public override void FitBegins(Trainer trainer, FitOptions options) => inner.FitBegins(trainer, options);

        public override void EpochEnds(Trainer trainer, EpochEntry epoch)
        {
            int e = epoch.Epoch - 1;
            Weights.Add(trainer.Model.GetWeight("kind/kernel"));
            inner.EpochEnds(trainer, epoch with
            {
                Training = epoch.Training with { Total = losses[e] },
                TrainingMetrics = accuracies.Length > 0 ? [new MetricValue("kind", "accuracy", accuracies[e], true)] : [],
            });
            Rates.Add(trainer.LearningRate);
        }

        public override void FitEnds(Trainer trainer, History history) => inner.FitEnds(trainer, history);
    }
}
