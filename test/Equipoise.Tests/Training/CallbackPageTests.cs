using System.Text.RegularExpressions;
using Equipoise.Data;
using Equipoise.Ledger;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>The C# of docs/callbacks.md is that of this file.</summary>
public sealed partial class CallbackPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Code_of_the_page_is_that_of_the_test()
    {
        string page = Repository.Read("docs/callbacks.md");
        string[] shown = [.. PageBlock().Matches(page).Select(m => m.Groups[1].Value.Trim())];
        string[] tested = [.. TestBlock().Matches(Repository.Read("test/Equipoise.Tests/Training/CallbackPageTests.cs")).Select(m => Outdented(m.Groups[1].Value))];
        Assert.Equal(2, tested.Length);
        Assert.Equal(tested, shown);
    }

    [Fact]
    public void Every_callback_is_in_the_page()
    {
        string page = Repository.Read("docs/callbacks.md");
        foreach (var type in typeof(Callback).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(Callback)))) Assert.Contains($"`{type.Name}`", page, StringComparison.Ordinal);
        foreach (var rule in Enum.GetNames<StopRule>()) Assert.Contains($"`StopRule.{rule}`", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_trains()
    {
        using var trainer = TrainingSamples.Model("dense").Compile(TrainingSamples.Options());
        var history = Fit(trainer, TrainingSamples.Data("dense"), TrainingSamples.Data("dense", 20, 9), _folder);
        Assert.InRange(history.Epochs.Count, 2, 50);
        Assert.Equal(["epochs.csv", "kind.safetensors", "overall.safetensors"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
        Assert.Equal(1 + history.Epochs.Count, File.ReadAllLines(Path.Combine(_folder, "epochs.csv")).Length);
    }

    [Fact]
    public void The_callback_of_ones_own_is_called_at_the_end_of_an_epoch()
    {
        var options = TrainingSamples.Options();
        using var trainer = TrainingSamples.Model("dense").Compile(options);
        var history = trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { Epochs = 40, BatchSize = 16, Callbacks = [new StopWhenOneRules("kind", 0.01)] });
        Assert.Equal("kind is more than 1 % of the total loss", history.StopReason);
        Assert.Single(history.Epochs);
    }

    private static History Fit(Trainer trainer, Dataset data, Dataset validation, string folder)
    {
        // PAGE: begin
        var history = trainer.Fit(data, new FitOptions
        {
            Epochs = 50,
            BatchSize = 16,
            Validation = validation,
            Callbacks =
            [
                new BestCheckpoint(Path.Combine(folder, "overall.safetensors")),
                new BestCheckpoint(Path.Combine(folder, "kind.safetensors"), "kind.categorical_accuracy"),
                new ReduceLearningRate("loss", factor: 0.5, patience: 3),
                new JointEarlyStopping(
                [
                    new WatchedFigure("number") { Patience = 4, MinimumDelta = 0.001 },
                    new WatchedFigure("kind.categorical_accuracy") { Patience = 6, FreezeHead = true },
                ], StopRule.All),
                new TimeLimit(TimeSpan.FromMinutes(10)),
                new CsvLog(Path.Combine(folder, "epochs.csv")),
            ],
        });
        // PAGE: end
        return history;
    }

    private static string Outdented(string block)
    {
        string[] lines = block.TrimEnd().Split('\n');
        int indent = lines.Where(l => l.Trim().Length > 0).Min(l => l.Length - l.TrimStart().Length);
        return string.Join('\n', lines.Select(l => l.Length >= indent ? l[indent..] : l)).Trim();
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex PageBlock();

    [GeneratedRegex("// PAGE: begin\n(.*?)\n *// PAGE: end", RegexOptions.Singleline)]
    private static partial Regex TestBlock();

    // PAGE: begin
    /// <summary>Ends training when one output makes up too much of the total.</summary>
    private sealed class StopWhenOneRules(string output, double most) : Callback
    {
        public override void EpochEnds(Trainer trainer, EpochEntry epoch)
        {
            if (epoch.Training[output].Share > most) trainer.Stop($"{output} is more than {100 * most} % of the total loss");
        }
    }
    // PAGE: end
}
