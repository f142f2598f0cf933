using Equipoise.Runs;
using Equipoise.Trials;

namespace Equipoise.Tests.Trials;

public sealed class TrialRunnerTests : IDisposable
{
    private readonly SmallData _data = new();

    private static Variant AsItIs { get; } = new("as it is", []);

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_trial_gives_the_figures_of_a_run_of_the_changed_config()
    {
        var config = _data.Config();
        var variant = Variant.Parse("v:outputs.y.loss=mae;training.keep=y.mae");
        var trial = new TrialRunner(config).Run(new Trial(variant, 11), new TrialOptions { Test = true });
        var changed = variant.Apply(config);
        var run = TrainingRun.Start(changed with { Training = changed.Training with { Seed = 11 } }, new RunOptions { Root = Path.Combine(_data.Folder, "runs") });
        Assert.Equal(run.BestEpoch, trial.BestEpoch);
        Assert.Equal(run.Valid!.Metrics, trial.Valid!.Metrics);
        Assert.Equal(run.Test!.Metrics, trial.Test!.Metrics);
        Assert.Equal(run.Valid.Account.Total, trial.Valid.Account.Total);
        Assert.Equal(trial.Valid["y", "mae"], trial.Find("y.mae"));
        Assert.Equal(trial.Valid.Account["kind"].RawLoss, trial.Find("kind.loss"));
        Assert.Null(trial.Find("y.maae"));
    }

    [Fact]
    public void Trials_of_one_seed_agree_to_the_bit_and_of_another_differ()
    {
        var runner = new TrialRunner(_data.Config());
        double[] totals = [.. new[] { 1, 1, 2 }.Select(seed => runner.Run(new Trial(AsItIs, seed)).Find("total")!.Value)];
        Assert.Equal(totals[0], totals[1]);
        Assert.NotEqual(totals[0], totals[2]);
    }

    [Fact]
    public void Variants_that_encode_alike_share_their_data_and_others_do_not()
    {
        var runner = new TrialRunner(_data.Config());
        Assert.Same(runner.Data.Train, runner.Prepare(Variant.Parse("outputs.y.loss=huber")).Train);
        // Poisson wants the counts themselves, so the target is not standardised.
        var plain = runner.Prepare(Variant.Parse("outputs.y.transform=none"));
        Assert.NotSame(runner.Data.Train, plain.Train);
        Assert.Equal(runner.Data.Train.Rows, plain.Train.Rows);
    }

    [Fact]
    public void No_run_folder_is_written_unless_asked_for()
    {
        var runner = new TrialRunner(_data.Config());
        string[] before = Directory.GetFileSystemEntries(_data.Folder);
        runner.Run(new Trial(AsItIs, 1));
        Assert.Equal(before, Directory.GetFileSystemEntries(_data.Folder));
        var variant = Variant.Parse("v:outputs.kind.weight=0.25");
        var trial = runner.Run(new Trial(variant, 9), new TrialOptions { Runs = Path.Combine(_data.Folder, "runs"), Epochs = 2 });
        var kept = Equipoise.Configs.Config.Load(Path.Combine(trial.Folder!, RunFiles.Config));
        Assert.Equal((9, 2, 0.25), (kept.Training.Seed, kept.Training.Epochs, kept.Outputs[1].Weight));
    }

    [Fact]
    public void The_hook_sees_every_epoch_and_may_end_the_trial()
    {
        var seen = new List<int>();
        var trial = new TrialRunner(_data.Config(epochs: 6)).Run(new Trial(AsItIs, 1), new TrialOptions
        {
            AfterEpoch = e =>
            {
                seen.Add(e.Epoch.Epoch);
                Assert.Equal(6, e.Epochs);
                Assert.True(double.IsFinite(e.Epoch.Find("y.mae")!.Value));
                return e.Epoch.Epoch == 2 ? "worse than others" : null;
            },
        });
        Assert.Equal([1, 2], seen);
        Assert.Equal("worse than others", trial.StopReason);
    }

    [Fact]
    public void A_trial_that_diverges_says_why()
    {
        var trial = new TrialRunner(_data.Config()).Run(new Trial(Variant.Parse("v:training.optimizer={sgd: 1e30}"), 1));
        Assert.Contains("became", trial.Fault, StringComparison.Ordinal);
        Assert.Null(trial.Valid);
        Assert.True(double.IsNaN(trial.Find("y.mae")!.Value));
    }

    [Fact]
    public void Cancelling_ends_a_trial()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => new TrialRunner(_data.Config()).Run(new Trial(AsItIs, 1), new TrialOptions { Cancellation = source.Token }));
    }

    [Fact]
    public void Kept_rows_give_the_metrics_again()
    {
        var trial = new TrialRunner(_data.Config()).Run(new Trial(AsItIs, 1), new TrialOptions { KeepRows = true });
        var ones = Enumerable.Repeat(1f, trial.Data.Valid!.Rows).ToArray();
        foreach (var output in trial.Rows!.Values)
        {
            foreach (var metric in output.Metrics)
            {
                Assert.Equal(trial.Valid![output.Output, metric.Name], output.Figure(metric));
                Assert.Equal(output.Figure(metric), output.Figure(metric, ones));
            }
        }
        Assert.Equal(3, trial.Rows.Count);
        Assert.Null(new TrialRunner(_data.Config()).Run(new Trial(AsItIs, 1)).Rows);
    }
}
