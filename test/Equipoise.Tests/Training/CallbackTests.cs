using Equipoise.Activations;
using Equipoise.Data;
using Equipoise.Initializers;
using Equipoise.Layers;
using Equipoise.Ledger;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Callbacks that write files or look at the clock, and what is told of a loss that is no number.</summary>
public sealed class CallbackTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_best_weights_of_each_output_and_of_all_are_kept()
    {
        var model = TrainingSamples.Model("dense");
        using var trainer = model.Compile(TrainingSamples.Options(1, new Adam(0.05)));
        string File(string name) => Path.Combine(_folder, "best", $"{name}.safetensors");
        BestCheckpoint[] keepers = [.. new[] { "loss", "number", "kind.f1" }.Select(f => new BestCheckpoint(File(f), f))];
        var seen = new Keeper();
        var history = trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { Epochs = 25, BatchSize = 16, Validation = TrainingSamples.Data("dense", 25, 31), Callbacks = [.. keepers, seen] });
        foreach (var keeper in keepers)
        {
            double[] values = [.. history.Of(keeper.Figure).Select(v => v!.Value)];
            double best = keeper.Figure == "kind.f1" ? values.Max() : values.Min();
            Assert.Equal(best, keeper.Best);
            Assert.Equal(Array.IndexOf(values, best) + 1, keeper.BestEpoch);
            model.LoadWeights(File(keeper.Figure));
            Assert.Equal(seen.Weights[keeper.BestEpoch - 1], model.GetWeight("dense/kernel"));
        }
        Assert.True(keepers.Select(k => k.BestEpoch).Distinct().Count() > 1, "All were best in one epoch, which shows nothing.");
    }

    [Fact]
    public void A_log_has_a_line_for_each_epoch_and_can_be_added_to()
    {
        string file = Path.Combine(_folder, "logs", "epochs.csv");
        using var trainer = TrainingSamples.Model("penalised").Compile(TrainingSamples.Options());
        var data = TrainingSamples.Data("penalised");
        History Fit(bool append) => trainer.Fit(data, new FitOptions { Epochs = 2, BatchSize = 16, Validation = data, Callbacks = [new CsvLog(file, append)] });
        Fit(append: false);
        var history = Fit(append: true);
        string[][] lines = [.. File.ReadAllLines(file).Select(l => l.Split(','))];
        Assert.Equal(5, lines.Length);
        Assert.All(lines, l => Assert.Equal(lines[0].Length, l.Length));
        Assert.Equal(["1", "2", "3", "4"], lines.Skip(1).Select(l => l[0]));
        Assert.Superset(new HashSet<string> { "epoch", "train:total", "train:number.loss", "valid:kind.accuracy".Replace("accuracy", "categorical_accuracy", StringComparison.Ordinal), "train:dense l2 of kernel" }, lines[0].ToHashSet());
        Assert.Equal(history.Epochs[1].Validation!.Total, double.Parse(lines[4][Array.IndexOf(lines[0], "valid:total")], System.Globalization.CultureInfo.InvariantCulture));
        Fit(append: false);
        Assert.Equal(3, File.ReadAllLines(file).Length);
        File.WriteAllText(file, "other,columns\n");
        Assert.Contains("its columns are not those of this training", Assert.Throws<DataException>(() => Fit(append: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_limit_ends_the_epoch_with_the_step_at_hand()
    {
        var clock = new Clock();
        using var trainer = TrainingSamples.Model("dense").Compile(TrainingSamples.Options());
        var data = TrainingSamples.Data("dense");
        // 4 steps an epoch, a second each: the limit falls into the second epoch.
        var history = trainer.Fit(data, new FitOptions { Epochs = 9, BatchSize = 16, Validation = data, Callbacks = [new Tick(clock), new TimeLimit(TimeSpan.FromSeconds(6), clock)] });
        Assert.Equal(2, history.Epochs.Count);
        Assert.Equal("the time limit of 6 s was reached", history.StopReason);
        Assert.Equal(6, trainer.Ledger.StepCount);
        Assert.Equal([53L, 32], history.Epochs.Select(e => e.Training.Rows));
        var mean = trainer.Ledger.Mean(4, 6);
        Assert.Equal(mean.Total, history.Epochs[1].Training.Total);
        Assert.Equal(53, history.Epochs[1].Validation!.Rows);
        Assert.Equal(4, trainer.Fit(data, new FitOptions { BatchSize = 16 }).Ledger.StepCount - 6);
    }

    [Fact]
    public void Divergence_names_term_layer_and_rows()
    {
        // The second layer overflows for rows 1 and 3.
        var x = Input.Numbers("x", 1);
        Node Factor(Node from, string name, double factor) => new Dense(1) { Name = name, KernelInitializer = new Constant(factor) }.Apply(from);
        var hidden = Factor(Factor(Factor(x, "first", 1), "second", 1e30), "third", 1);
        using var trainer = new Model([x], [hidden.Dense(1).Named("a"), x.Dense(1).Named("b")]).Compile(new CompileOptions
        {
            Optimizer = new Sgd(1e-30),
            Outputs = { ["a"] = new Output(new MeanAbsoluteError()), ["b"] = new Output(new MeanAbsoluteError()) },
        });
        var fault = Assert.Throws<DivergedException>(() => trainer.Fit(Data([1, 1e20f, 1, 1e20f]), new FitOptions { BatchSize = 4 }));
        Assert.Equal("a", fault.Output);
        Assert.Equal("loss", fault.Term);
        Assert.Equal("second", fault.Layer);
        Assert.Equal([1, 3], fault.Rows.Order());
        Assert.Equal((1L, 1), (fault.Step, fault.Epoch));
        Assert.Contains("the first layer that gives no number there is 'second'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("of the data", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Divergence_of_the_weights_names_them()
    {
        var x = Input.Numbers("x", 1);
        var model = new Model([x], [x.Dense(1).Named("a"), new Dense(1) { Name = "b" }.Apply(x).Named("b")]);
        using var trainer = model.Compile(new CompileOptions { Optimizer = new Sgd(1), Outputs = { ["a"] = new Output(new MeanSquaredError()), ["b"] = new Output(new MeanSquaredError()) } });
        model.SetWeight("b/kernel", [float.NaN]);
        var fault = Assert.Throws<DivergedException>(() => trainer.Fit(Data([1, 2]), new FitOptions { BatchSize = 2 }));
        Assert.Equal(("b", "b"), (fault.Output, fault.Layer));
        Assert.Equal(2, fault.Rows.Count);
        Assert.Contains("the weights 'b/kernel' are no longer finite", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Divergence_in_the_loss_itself_is_told_so()
    {
        var x = Input.Numbers("x", 1);
        using var trainer = new Model([x], [x.Activate(new Linear()).Named("a")]).Compile(new CompileOptions { Outputs = { ["a"] = new Output(new MeanSquaredError()) } });
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([1e30f, 1], 1) }, new Dictionary<string, TargetColumn> { ["a"] = new([1f, 1]) });
        var fault = Assert.Throws<DivergedException>(() => trainer.Fit(data));
        Assert.Null(fault.Layer);
        Assert.Equal([0], fault.Rows);
        Assert.Contains("all layers give numbers, so it is the loss", fault.Message, StringComparison.Ordinal);
    }

    private static Dataset Data(float[] x)
        => new(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(x, 1) }, new Dictionary<string, TargetColumn> { ["a"] = new(new float[x.Length]), ["b"] = new(new float[x.Length]) });

    private sealed class Keeper : Callback
    {
        public List<float[]> Weights { get; } = [];

        public override void EpochEnds(Trainer trainer, EpochEntry epoch) => Weights.Add(trainer.Model.GetWeight("dense/kernel"));
    }

    // A clock that goes on by a second a step.
    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private sealed class Tick(Clock clock) : Callback
    {
        public override void StepEnds(Trainer trainer, int epoch, int step, int steps) => clock.Seconds++;
    }
}
