using Equipoise.Activations;
using Equipoise.Data;
using Equipoise.Initializers;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Metrics;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Regularizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

public sealed class TrainerTests
{
    public static TheoryData<string> Samples => [.. TrainingSamples.Names];

    [Theory, MemberData(nameof(Samples))]
    public void Every_step_and_epoch_adds_up(string sample)
    {
        using var trainer = TrainingSamples.Model(sample).Compile(TrainingSamples.Options());
        var data = TrainingSamples.Data(sample);
        var history = trainer.Fit(data, new FitOptions { Epochs = 2, BatchSize = 8, Validation = data });

        Assert.Equal(14, trainer.Ledger.StepCount);
        var entries = Enumerable.Range(0, trainer.Ledger.StepCount).Select(trainer.Ledger.Step).Concat(history.Epochs.SelectMany(e => new[] { e.Training, e.Validation! })).Append(trainer.Evaluate(data).Account);
        foreach (var entry in entries)
        {
            double sum = entry.Outputs.Sum(o => o.Weight * o.RawLoss) + entry.Penalties.Sum(p => p.Value);
            Assert.Equal(entry.Total, sum, 1e-6 * Math.Abs(entry.Total));
            Assert.Equal(1, entry.Outputs.Sum(o => o.Share) + entry.Penalties.Sum(p => p.Share), 1e-6);
            Assert.All(entry.Outputs, o => Assert.Equal(o.Output == "number" ? 0.7 : 1, o.Weight, 12));
        }
        // The last batch is short, and the epoch counts all rows.
        Assert.Equal(53 - 48, trainer.Ledger.Last.Rows);
        Assert.All(history.Epochs, e => Assert.Equal(53, e.Training.Rows));
        Assert.True(history.Epochs[1].Training.Total < history.Epochs[0].Training.Total, "nothing was learned");
    }

    [Fact]
    public void A_loss_of_both_signs_adds_up_even_where_its_terms_cancel()
    {
        // Cosine similarity between -1 and 1 whose weighted mean is about 0.
        var x = Input.Numbers("x", 2);
        using var trainer = new Model([x], [x.Activate(new Linear()).Named("y")]).Compile(new CompileOptions { Outputs = { ["y"] = new Output(new CosineSimilarity(), 0.37) }, Divisor = Divisor.SumOfWeights });
        float[] weights = [0.1f, 0.3f, 0.7f, 1.1f - 2e-7f];
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([1, 0, 1, 0, 1, 0, 1, 0], 2) },
            new Dictionary<string, TargetColumn> { ["y"] = new([1, 0, 1, 0, 1, 0, -1, 0], [2], weights) });
        var entry = trainer.Evaluate(data).Account;
        Assert.Equal(0, entry.Total, 1e-6);
    }

    [Fact]
    public void A_missing_label_leaves_out_its_own_output_alone()
    {
        var whole = Numbers([1, 2, 3, 4], [10, 20, 30, 40], [1, 1, 1, 1]);
        var holes = Numbers([1, 2, 3, 4], [10, float.NaN, 30, 40], [1, 1, 1, 1]);
        using var trainer = TwoHeads(out var model);
        var all = trainer.Evaluate(whole);
        var some = trainer.Evaluate(holes);

        Assert.Equal(all.Account["b"], some.Account["b"] with { Share = all.Account["b"].Share });
        Assert.Equal(4, all.Account["a"].Labelled);
        Assert.Equal(3, some.Account["a"].Labelled);
        // All weights are zero, so the error is the target itself.
        Assert.Equal((10 + 30 + 40) / 3.0, some.Account["a"].RawLoss, 1e-6);
        Assert.Equal((10 + 30 + 40) / 3.0, some["a", "mae"], 1e-6);

        trainer.Fit(holes, new FitOptions { BatchSize = 4 });
        Assert.All(model.Parameters, p => Assert.All(model.GetWeight(p.Name), w => Assert.True(float.IsFinite(w))));
        Assert.NotEqual(0, model.GetWeight("a/kernel")[0]);
    }

    [Fact]
    public void A_batch_without_a_label_of_an_output_gives_it_0_and_no_gradient()
    {
        using var trainer = TwoHeads(out var model);
        trainer.Fit(Numbers([1, 2], [float.NaN, float.NaN], [1, 1]), new FitOptions { BatchSize = 2 });
        Assert.Equal(0, trainer.Ledger.Last["a"].RawLoss);
        Assert.Equal(0, trainer.Ledger.Last["a"].Labelled);
        Assert.Equal(0, model.GetWeight("a/kernel")[0]);
        Assert.NotEqual(0, model.GetWeight("b/kernel")[0]);
        Assert.True(double.IsNaN(trainer.Ledger.Epochs[0].TrainingMetrics.Single(m => m.Output == "a").Value));
    }

    [Fact]
    public void An_output_of_weight_0_shows_its_loss_and_trains_nothing()
    {
        using var trainer = TwoHeads(out var model, weightOfA: 0);
        trainer.Fit(Numbers([1, 2], [10, 20], [1, 1]), new FitOptions { BatchSize = 2, Epochs = 3 });
        var entry = trainer.Ledger.Last;
        Assert.Equal(15, entry["a"].RawLoss, 1e-6);
        Assert.Equal(0, entry["a"].Contribution);
        Assert.Equal(entry["b"].RawLoss, entry.Total, 1e-9);
        Assert.Equal(0, model.GetWeight("a/kernel")[0]);
        Assert.Equal(0, model.GetWeight("a/bias")[0]);
    }

    [Fact]
    public void An_infinite_loss_of_weight_0_does_no_harm()
    {
        using var trainer = TwoHeads(out var model, weightOfA: 0, lossOfA: new MeanSquaredError());
        trainer.Fit(Numbers([1, 2], [1e30f, 20], [1, 1]), new FitOptions { BatchSize = 2, Epochs = 2 });
        Assert.Equal(double.PositiveInfinity, trainer.Ledger.Last["a"].RawLoss);
        Assert.Equal(0, trainer.Ledger.Last["a"].Contribution);
        Assert.True(double.IsFinite(trainer.Ledger.Epochs[0].Training.Total));
        Assert.Equal(0, model.GetWeight("a/kernel")[0]);
    }

    [Theory]
    // Errors 1, 2, -, 4, 5 with weights 1, 0.5, -, 2, 0 in batches of 3 and 2 rows; by hand.
    [InlineData(Divisor.LabelledRows, 5, 10.0 / 4)]
    [InlineData(Divisor.Batch, 5, 10.0 / 5)]
    [InlineData(Divisor.BatchLabelRate, 5, 10.0 / 4)]
    [InlineData(Divisor.SumOfWeights, 5, 10.0 / 3.5)]
    [InlineData(Divisor.None, 5, 10.0)]
    [InlineData(Divisor.LabelledRows, 3, ((3 * (2 / 2.0)) + (2 * (8 / 2.0))) / 5)]
    [InlineData(Divisor.Batch, 3, ((3 * (2 / 3.0)) + (2 * (8 / 2.0))) / 5)]
    [InlineData(Divisor.BatchLabelRate, 3, ((3 * (2 / 2.4)) + (2 * (8 / 1.6))) / 5)]
    [InlineData(Divisor.SumOfWeights, 3, ((3 * (2 / 1.5)) + (2 * (8 / 2.0))) / 5)]
    [InlineData(Divisor.None, 3, ((3 * 2.0) + (2 * 8.0)) / 5)]
    public void Divisors_divide_as_they_say(Divisor divisor, int batch, double raw)
    {
        var x = Input.Numbers("x", 1);
        var model = new Model([x], [x.Activate(new Linear()).Named("y")]);
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(new float[5], 1) },
            new Dictionary<string, TargetColumn> { ["y"] = new([1, 2, float.NaN, 4, 5], [1], [1, 0.5f, 1, 2, 0]) });
        using var common = model.Compile(new CompileOptions { Outputs = { ["y"] = new Output(new MeanAbsoluteError()) }, Divisor = divisor });
        using var own = model.Compile(new CompileOptions { Outputs = { ["y"] = new Output(new MeanAbsoluteError()) { Divisor = divisor } } });
        Assert.Equal(raw, common.Evaluate(data, batch).Account["y"].RawLoss, 1e-6);
        Assert.Equal(raw, own.Evaluate(data, batch).Account["y"].RawLoss, 1e-6);
    }

    [Fact]
    public void Row_weights_count_in_every_output_on_top_of_its_own()
    {
        var data = Numbers([1, 2], [10, 20], [4, 8], rowWeights: [1, 0.5f], weightsOfA: [3, 1]);
        using var trainer = TwoHeads(out _);
        var entry = trainer.Evaluate(data).Account;
        Assert.Equal(((10 * 3) + (20 * 0.5)) / 2, entry["a"].RawLoss, 1e-5);
        Assert.Equal((4 + (8 * 0.5)) / 2, entry["b"].RawLoss, 1e-5);
        Assert.Equal(15, trainer.Evaluate(data)["a", "mae"], 1e-5);
    }

    [Fact]
    public void Class_weights_shape_training_and_not_evaluation()
    {
        var x = Input.Numbers("x", 1);
        var model = new Model([x], [new Dense(2) { KernelInitializer = new Zeros() }.Apply(x).Named("y"), new Dense(2) { KernelInitializer = new Zeros() }.Apply(x).Named("z")]);
        var settings = new Output(new SparseCategoricalCrossentropy(FromLogits: true)) { WeightedMetrics = [new CategoricalAccuracy()] };
        using var trainer = model.Compile(new CompileOptions
        {
            Optimizer = new Sgd(0),
            Outputs = { ["y"] = settings with { ClassWeights = new Dictionary<int, double> { [1] = 3 } }, ["z"] = settings },
        });
        var labels = new TargetColumn([0, 1, 1, 0]);
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(new float[4], 1) }, new Dictionary<string, TargetColumn> { ["y"] = labels, ["z"] = labels });
        var history = trainer.Fit(data, new FitOptions { Validation = data });
        Assert.Equal(2 * Math.Log(2), history.Epochs[0].Training["y"].RawLoss, 1e-6);
        Assert.Equal(Math.Log(2), history.Epochs[0].Training["z"].RawLoss, 1e-6);
        Assert.Equal(Math.Log(2), history.Epochs[0].Validation!["y"].RawLoss, 1e-6);
        // Always class 0: right for 2 of 4 rows, for 2 of 8 by weight.
        Assert.Equal(0.25, history.Epochs[0].TrainingMetrics.Single(m => m.Output == "y").Value, 1e-6);
        Assert.Equal(0.5, history.Epochs[0].ValidationMetrics.Single(m => m.Output == "y").Value, 1e-6);
    }

    [Fact]
    public void A_frozen_layer_keeps_its_weights_and_loses_its_penalty()
    {
        var x = Input.Numbers("x", 1);
        var hidden = new Dense(4) { Name = "hidden", Trainable = false, KernelRegularizer = new L2(0.1), Activation = new Tanh() };
        var model = new Model([x], [new Dense(1) { KernelRegularizer = new L2(0.1) }.Apply(hidden.Apply(x)).Named("y")]);
        float[] before = model.GetWeight("hidden/kernel"), head = model.GetWeight("y/kernel");
        using var trainer = model.Compile(new CompileOptions { Optimizer = new Sgd(0.1), Outputs = { ["y"] = new Output(new MeanSquaredError()) } });
        trainer.Fit(OneOutput([1, 2, 3], [1, 2, 3]), new FitOptions { Epochs = 3 });
        Assert.Equal(before, model.GetWeight("hidden/kernel"));
        Assert.NotEqual(head, model.GetWeight("y/kernel"));
        Assert.Equal(["y"], trainer.Ledger.Last.Penalties.Select(p => p.Layer));
        Assert.Equal(5, model.TrainableCount);
    }

    [Fact]
    public void A_layer_used_twice_has_one_weight_and_one_penalty()
    {
        var model = TrainingSamples.Model("shared");
        Assert.Single(model.Parameters, p => p.Name == "twice/kernel");
        using var trainer = model.Compile(TrainingSamples.Options());
        Assert.Single(trainer.Ledger.PenaltyNames, p => p.Layer == "twice");
    }

    [Fact]
    public void One_output_is_enough_and_its_loss_is_shown_beside_the_penalty()
    {
        var x = Input.Numbers("x", 1);
        var model = new Model([x], [new Dense(1) { KernelRegularizer = new L2(0.5), KernelInitializer = new Ones() }.Apply(x).Named("y")]);
        using var trainer = model.Compile(new CompileOptions { Outputs = { ["y"] = new Output(new MeanSquaredError(), 2) } });
        var account = trainer.Evaluate(OneOutput([1, 2], [0, 0])).Account;
        Assert.Equal(2.5, account["y"].RawLoss, 1e-6);
        Assert.Equal(0.5, account.PenaltySum, 1e-6);
        Assert.Equal(5.5, account.Total, 1e-6);
        Assert.Equal("5.5000 = 2 × 2.5000 + 0.5000", account.Equation());
        Assert.Equal("5.5000 = 2 × 2.5000 (y) + 0.5000 (l2 of kernel, y)", account.Equation(names: true));
    }

    [Fact]
    public void An_output_without_a_loss_needs_no_labels_and_keeps_its_head()
    {
        using var trainer = TwoHeads(out var model, withoutLossOfA: true);
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([1, 2], 1) }, new Dictionary<string, TargetColumn> { ["b"] = new([1, 2]) });
        trainer.Fit(data, new FitOptions { Epochs = 2 });
        Assert.Equal(["b"], trainer.Ledger.Outputs);
        Assert.Equal(0, model.GetWeight("a/kernel")[0]);
        Assert.Equal(2, trainer.Predict(data)["a"].Length);
    }

    [Fact]
    public void Metrics_of_a_masked_output_without_a_loss_obey_the_mask()
    {
        var x = Input.Numbers("x", 2, 1);
        var model = new Model([x], [x.Masking().Activate(new Linear()).Named("steps"), x.Flatten().Dense(1).Named("y")]);
        using var trainer = model.Compile(new CompileOptions { Outputs = { ["steps"] = new Output(Loss: null) { Metrics = [new Mae()] }, ["y"] = new Output(new MeanSquaredError()) } });
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([1, 0, 2, 3], 2, 1) },
            new Dictionary<string, TargetColumn> { ["steps"] = new([2f, 100f, 3f, 4f], [2, 1]), ["y"] = new([1, 1]) });
        Assert.Equal(1, trainer.Evaluate(data)["steps", "mae"], 1e-6);
    }

    [Fact]
    public void Validation_is_an_evaluation_after_the_epoch()
    {
        using var trainer = TrainingSamples.Model("dense").Compile(TrainingSamples.Options());
        var validation = TrainingSamples.Data("dense", 30, 77);
        var history = trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { BatchSize = 16, Validation = validation, ValidationBatchSize = 7 });
        var again = trainer.Evaluate(validation, 7);
        Assert.Equal(again.Account.Total, history.Epochs[0].Validation!.Total);
        Assert.Equal(again.Metrics, history.Epochs[0].ValidationMetrics);
        Assert.Equal(again.Account.Total, history.Epochs[0].Find("loss"));
        Assert.Equal(again.Account["kind"].RawLoss, history.Epochs[0].Find("valid:kind"));
        Assert.Equal(again["number", "mae"], history.Epochs[0].Find("number.mae"));
        Assert.Equal(history.Epochs[0].Training.Total, history.Epochs[0].Find("train:loss"));
        Assert.Null(history.Epochs[0].Find("number.nothing"));
    }

    [Fact]
    public void Stop_ends_training_after_the_epoch_and_says_why()
    {
        using var trainer = TrainingSamples.Model("dense").Compile(TrainingSamples.Options());
        var history = trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { Epochs = 9, BatchSize = 16, Callbacks = [new At((t, epoch, step) => { if (epoch == 2 && step == 1) t.Stop("enough"); })] });
        Assert.Equal(2, history.Epochs.Count);
        Assert.Equal("enough", history.StopReason);
        Assert.Equal(8, trainer.Ledger.StepCount);
        // A further call is not stopped by the last one's reason.
        Assert.Null(trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { BatchSize = 16 }).StopReason);
    }

    [Fact]
    public void Cancelling_ends_training_after_the_step_and_keeps_what_was_trained()
    {
        using var source = new CancellationTokenSource();
        using var trainer = TrainingSamples.Model("dense").Compile(TrainingSamples.Options());
        var history = trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { Epochs = 9, BatchSize = 16, Cancellation = source.Token, Callbacks = [new At((_, epoch, step) => { if (epoch == 2 && step == 2) source.Cancel(); })] });
        Assert.Single(history.Epochs);
        Assert.Equal("interrupted", history.StopReason);
        Assert.Equal(4 + 2, trainer.Ledger.StepCount);
        Assert.Equal(6, trainer.Step);
    }

    [Fact]
    public void Divergence_names_output_step_epoch_and_row()
    {
        using var trainer = TwoHeads(out var model, lossOfA: new MeanSquaredError(), lossOfB: new MeanSquaredError());
        trainer.Fit(Numbers([1, 2, 3], [1, 1, 1], [1, 1, 1]), new FitOptions { BatchSize = 3 });
        float[] before = model.GetWeight("a/kernel");
        var problem = Assert.Throws<DivergedException>(() => trainer.Fit(Numbers([1, 2, float.PositiveInfinity], [1, 1, 1], [1, 1, float.NaN]), new FitOptions { BatchSize = 3, Shuffle = false }));
        Assert.StartsWith("The loss of output 'a' became", problem.Message, StringComparison.Ordinal);
        Assert.Contains("at step 2 (epoch 2), in row 2 of the data", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Lower the learning rate", problem.Message, StringComparison.Ordinal);
        Assert.Equal(5, problem.ExitCode);
        // The step that failed has not touched the weights.
        Assert.Equal(before, model.GetWeight("a/kernel"));
    }

    [Fact]
    public void Mistakes_of_compiling_are_told_at_once()
    {
        var x = Input.Numbers("x", 2);
        var model = new Model([x], [x.Dense(1).Named("price"), x.Dense(3).Named("kind"), x.Dense(2).Named("tags")]);
        var problem = Assert.Throws<ModelException>(() => model.Compile(new CompileOptions
        {
            Optimizer = new Sgd(0.1) { ClipNorm = 1, ClipValue = 1 },
            Workers = -1,
            Outputs =
            {
                ["prise"] = new Output(new MeanSquaredError()),
                ["kind"] = new Output(new SparseCategoricalCrossentropy(), -1) { ClassWeights = new Dictionary<int, double> { [7] = 1 } },
                ["tags"] = new Output(new BinaryCrossentropy()) { Metrics = [new Mae(), new Mae()] },
            },
        }));
        Assert.Equal(
            """
            7 mistakes:
            - There is a loss for 'prise', but the model has no such output. Known: price, kind, tags. Did you mean 'price'?
            - Output 'price' has no loss. Add one to CompileOptions.Outputs, or new Output(Loss: null) if it is not to be trained.
            - The weight of output 'kind' is -1, but must be finite and at least 0.
            - Output 'kind' has a weight for class 7, but its classes are 0 to 2.
            - Output 'tags' has the metric 'mae' 2 times.
            - Workers is -1, but must be at least 0; 0 means one for each processor.
            - Sgd: only one of ClipNorm, GlobalClipNorm and ClipValue may be set.
            """.ReplaceLineEndings("\n"), problem.Message.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Mistakes_of_data_are_told_at_once()
    {
        var words = Input.Tokens("words", 2, 5);
        var x = Input.Numbers("x", 2);
        var model = new Model([x, words], [Node.Concatenate(x, words.Embedding(2).Flatten()).Dense(3).Named("kind"), x.Dense(1).Named("price"), x.Dense(2).Named("pair")]);
        using var trainer = model.Compile(new CompileOptions
        {
            Outputs = { ["kind"] = new Output(new SparseCategoricalCrossentropy(FromLogits: true)), ["price"] = new Output(new MeanSquaredError()), ["pair"] = new Output(new MeanSquaredError()) },
        });
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(new float[6], 3), ["words"] = new IndicesColumn([1, 2, 3, 9], 2) },
            new Dictionary<string, TargetColumn> { ["kind"] = new([0, 3]), ["prize"] = new([1, 2]), ["pair"] = new([1, 2, 3, 4], [2], [1, 1, 1, 1]) });
        var problem = Assert.Throws<DataException>(() => trainer.Fit(data));
        Assert.Equal(5, problem.Mistakes.Count);
        Assert.Equal("Input 'x' has rows of [3], but the model wants [2].", problem.Mistakes[0]);
        Assert.Equal("Input 'words' has the index 9 in row 1, but its vocabulary is 5, so indices are 0 to 4.", problem.Mistakes[1]);
        Assert.StartsWith("Target 'kind', row 1:", problem.Mistakes[2], StringComparison.Ordinal);
        Assert.StartsWith("The data set has no target 'price'. Known: kind, prize, pair. Did you mean 'prize'?", problem.Mistakes[3], StringComparison.Ordinal);
        Assert.Equal("Target 'pair' has 2 weights a row, but 1 is wanted: one for the row.", problem.Mistakes[4]);
    }

    [Fact]
    public void A_moving_average_of_the_weights_ends_in_the_model()
    {
        var model = TrainingSamples.Model("dense");
        using var trainer = model.Compile(TrainingSamples.Options(2, new Sgd(0.1) { AverageMomentum = 0.5 }));
        var last = new List<float[]>();
        trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { BatchSize = 16, Callbacks = [new At((t, _, _) => last.Add(t.Model.GetWeight("kind/kernel")))] });
        Assert.NotEqual(last[^1], model.GetWeight("kind/kernel"));
    }

    private static Dataset OneOutput(float[] x, float[] y)
        => new(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(x, 1) }, new Dictionary<string, TargetColumn> { ["y"] = new(y) });

    private static Dataset Numbers(float[] x, float[] a, float[] b, float[]? rowWeights = null, float[]? weightsOfA = null)
        => new(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(x, 1) }, new Dictionary<string, TargetColumn> { ["a"] = new(a, [1], weightsOfA), ["b"] = new(b) }, rowWeights);

    // Two heads on one input whose weights begin as zeros.
    private static Trainer TwoHeads(out Model model, double weightOfA = 1, Loss? lossOfA = null, Loss? lossOfB = null, bool withoutLossOfA = false)
    {
        var x = Input.Numbers("x", 1);
        Node Head(string name) => new Dense(1) { KernelInitializer = new Zeros() }.Apply(x).Named(name);
        model = new Model([x], [Head("a"), Head("b")]);
        return model.Compile(new CompileOptions
        {
            Optimizer = new Sgd(0.01),
            Outputs =
            {
                ["a"] = new Output(withoutLossOfA ? null : lossOfA ?? new MeanAbsoluteError(), weightOfA) { Metrics = withoutLossOfA ? [] : [new Mae()] },
                ["b"] = new Output(lossOfB ?? new MeanAbsoluteError()),
            },
        });
    }

    private sealed class At(Action<Trainer, int, int> act) : Callback
    {
        public override void StepEnds(Trainer trainer, int epoch, int step, int steps) => act(trainer, epoch, step);
    }
}
