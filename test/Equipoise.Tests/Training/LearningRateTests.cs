using Equipoise.Data;
using Equipoise.Initializers;
using Equipoise.Layers;
using Equipoise.Ledger;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Learning rates by layer, updates of several steps, and averages of the weights.</summary>
public sealed class LearningRateTests
{
    [Fact]
    public void A_layer_has_a_learning_rate_of_its_own()
    {
        // One step of gradient descent on two layers of the same gradient.
        var x = Input.Numbers("x", 1);
        Node Head(string name, double factor) => new Dense(1) { KernelInitializer = new Zeros(), LearningRateFactor = factor }.Apply(x).Named(name);
        var model = new Model([x], [Head("a", 1), Head("b", 0.1), Head("c", 0)]);
        var options = new CompileOptions { Optimizer = new Sgd(0.5) };
        foreach (string name in new[] { "a", "b", "c" }) options.Outputs[name] = new Output(new MeanSquaredError());
        using var trainer = model.Compile(options);
        trainer.Fit(new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([1f], 1) }, options.Outputs.Keys.ToDictionary(k => k, _ => new TargetColumn([1f]))));
        Assert.Equal(1, model.GetWeight("a/kernel")[0], 1e-6);
        Assert.Equal(0.1, model.GetWeight("b/kernel")[0], 1e-6);
        Assert.Equal(0.1, model.GetWeight("b/bias")[0], 1e-6);
        Assert.Equal(0, model.GetWeight("c/kernel")[0]);
    }

    [Fact]
    public void Factors_of_layers_within_layers_are_multiplied_and_survive_saving()
    {
        var x = Input.Numbers("x", 3, 2);
        var walk = new Gru(2) { LearningRateFactor = 0.5 };
        var model = new Model([x], [new Bidirectional(walk) { LearningRateFactor = 0.2 }.Apply(x).Dense(1).Named("y")]);
        Assert.All(model.Parameters.Where(p => p.Name.StartsWith("bidirectional", StringComparison.Ordinal)), p => Assert.Equal(0.1, p.LearningRateFactor, 12));
        Assert.Equal(1, model.Parameters.Single(p => p.Name == "y/kernel").LearningRateFactor);
        string folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;
        model.Save(folder);
        Assert.Equal(model.Parameters.Select(p => (p.Name, p.LearningRateFactor)), Model.Load(folder).Parameters.Select(p => (p.Name, p.LearningRateFactor)));
        Directory.Delete(folder, recursive: true);
        Assert.Contains("LearningRateFactor", Assert.Throws<ModelException>(() => new Model([x], [new Dense(1) { LearningRateFactor = -1 }.Apply(x).Named("y")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_put_together_are_one_of_a_larger_batch_and_each_is_in_the_ledger()
    {
        float[] Train(int batch, int steps, out LossLedgerOf ledger)
        {
            var model = TrainingSamples.Model("dense");
            var options = TrainingSamples.Options(2, new Sgd(0.1) { AccumulationSteps = steps, GlobalClipNorm = 0.5 });
            using var trainer = model.Compile(options);
            // Without missing labels the mean of the gradients of two halves is that of the whole.
            var full = TrainingSamples.Data("dense");
            int[] rows = [.. Enumerable.Range(0, full.Rows).Where(r => r % 7 != 3 && r % 5 != 1).Take(32)];
            trainer.Fit(full.Select(rows), new FitOptions { BatchSize = batch, Shuffle = false, Epochs = 2 });
            ledger = new LossLedgerOf([.. Enumerable.Range(0, trainer.Ledger.StepCount).Select(trainer.Ledger.Step)]);
            return model.GetWeight("dense/kernel");
        }
        float[] whole = Train(16, 1, out var four), halves = Train(8, 2, out var eight);
        Assert.Equal((4, 8), (four.Steps.Length, eight.Steps.Length));
        for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i], halves[i], 1e-6f);
        foreach (var step in eight.Steps) Assert.Equal(step.Total, step.Outputs.Sum(o => o.Weight * o.RawLoss), 1e-6);
        // The two halves were judged under the same weights.
        Assert.Equal(four.Steps[1].Total, (eight.Steps[2].Total + eight.Steps[3].Total) / 2, 1e-5);
    }

    [Fact]
    public void Validation_and_what_is_kept_are_of_the_averaged_weights()
    {
        var model = TrainingSamples.Model("dense");
        using var trainer = model.Compile(TrainingSamples.Options(2, new Adam(0.05) { AverageMomentum = 0.9 }));
        var validation = TrainingSamples.Data("dense", 30, 77);
        var seen = new List<float[]>();
        var history = trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { Epochs = 2, BatchSize = 16, Validation = validation, Callbacks = [new AtEpochs(t => seen.Add(t.Model.GetWeight("dense/kernel")))] });
        Assert.Equal(seen[1], model.GetWeight("dense/kernel"));
        Assert.Equal(history.Epochs[1].Validation!.Total, trainer.Evaluate(validation, 16).Account.Total);
        // Training itself went on from the weights, not from their averages.
        var plain = TrainingSamples.Model("dense");
        using var other = plain.Compile(TrainingSamples.Options(2, new Adam(0.05)));
        var without = other.Fit(TrainingSamples.Data("dense"), new FitOptions { Epochs = 2, BatchSize = 16, Validation = validation });
        Assert.Equal(without.Epochs.Select(e => e.Training.Total), history.Epochs.Select(e => e.Training.Total));
        Assert.NotEqual(without.Epochs[1].Validation!.Total, history.Epochs[1].Validation!.Total);
    }

    private sealed record LossLedgerOf(LedgerEntry[] Steps);

    private sealed class AtEpochs(Action<Trainer> act) : Callback
    {
        public override void EpochEnds(Trainer trainer, EpochEntry epoch) => act(trainer);
    }
}
