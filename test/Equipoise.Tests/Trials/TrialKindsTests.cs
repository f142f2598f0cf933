using System.Globalization;
using System.Text;
using Equipoise.Configs;
using Equipoise.Runs;
using Equipoise.Trials;

namespace Equipoise.Tests.Trials;

/// <summary>Comparing and calibrating where outputs are sequences, sets, several losses, or read one another.</summary>
public sealed class TrialKindsTests : IDisposable
{
    private const int Rows = 120;

    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public TrialKindsTests()
    {
        var text = new StringBuilder("word,sounds,kinds,size,weight,split\n");
        for (int r = 0; r < Rows; r++)
        {
            string word = string.Concat(Enumerable.Range(0, 1 + (r % 4)).Select(i => "abx"[(((r * 7) + (i * 5) + (r / 11)) % 97) % 3]));
            string said = string.Join(' ', word.Select(c => c == 'x' ? "K S" : char.ToUpperInvariant(c).ToString(CultureInfo.InvariantCulture)));
            string size = r % 6 == 1 ? "" : (word.Length * 10).ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{word},{said},{string.Join(' ', said.Split(' ').Distinct().Order(StringComparer.Ordinal))},{size},{1 + (r % 3)},{(r % 5 == 0 ? "valid" : "train")}\n");
        }
        File.WriteAllText(Path.Combine(_folder, "words.csv"), text.ToString());
    }

    private Config Config => Equipoise.Configs.Config.Read("""
        data: { source: words.csv, split: split, weights: weight }
        inputs:
          - { name: word, type: text, tokens: characters, length: 4, layers: [ {embedding: {width: 12, mask_zero: true}}, {bidirectional: {gru: {units: 16, return_sequences: true, zero_output_for_mask: true}}} ] }
        branches:
          - { name: frames, from: word, layers: [ {dense: {units: 48, activation: tanh, kernel_regularizer: {l2: 0.001}}}, {reshape: [8, 24]} ] }
          - { name: heard, from: sounds, layers: [ softmax, global_noisy_or_pooling1d ] }
        outputs:
          - { name: sounds, type: sequence, from: frames }
          - { name: kinds, type: set, from: heard, metrics: [subset_accuracy] }
          - { name: size, type: number, from: heard, metrics: [mae], losses: [ {mse: {}, name: level}, {log_cosh: {}, name: tail, weight: 0.1} ] }
        training: { epochs: 2, batch: 16, optimizer: {adam: {learning_rate: 0.01}}, seed: 1, workers: 1, keep: size.mae, early_stopping: {patience: 2, watch: [sounds.loss, kinds.loss]}, reduce_learning_rate: {monitor: kinds.loss} }
        """, Path.Combine(_folder, "words.yaml"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_kind_of_output_is_compared_together_and_alone()
    {
        var result = Comparison.Run(new TrialRunner(Config), new ComparisonPlan { By = ["sounds.sequence_error_rate", "kinds.subset_accuracy"], Seeds = 2, Alone = true, Budget = 2, Resamples = 50 }.WithBalancers("uncertainty", Config));
        Assert.Equal(["uncertainty", "fixed, tuned"], result.Variants.Select(v => v.Variant.Name));
        Assert.All(result.Variants, v => Assert.Null(v.Fault));
        Assert.All(result.Verdicts, v => Assert.True(double.IsFinite(v.Differences[0].RowError)));
        Assert.Equal(["sounds.sequence_error_rate", "kinds.subset_accuracy", "size.mae"], result.Transfer.Select(t => t.Figure.Text));
    }

    [Fact]
    public void Figures_of_rows_are_those_of_the_whole_when_every_row_counts_once()
    {
        var runner = new TrialRunner(Config);
        var trial = runner.Run(new Trial(new Variant("as it is", []), 1), new TrialOptions { KeepRows = true });
        var ones = Enumerable.Repeat(1f, runner.Data.Valid!.Rows).ToArray();
        foreach (string by in (string[])["sounds.sequence_error_rate", "kinds.subset_accuracy", "size.mae", "size.r2", "kinds.f1", "kinds.average_precision"])
        {
            var rows = new FigureRows(JudgedFigure.Parse(by, runner.Data.Config), trial.Rows!);
            Assert.Equal(rows.Value, rows.Of(ones), 1e-9);
            if (trial.Find(by) is { } told) Assert.Equal(told, rows.Value);
            // A row that counts twice is a row that stands twice.
            float[] doubled = [.. ones.Select((_, i) => i % 3 == 0 ? 2f : i % 3 == 1 ? 1f : 0f)];
            Assert.Equal(trial.Rows![by[..by.IndexOf('.', StringComparison.Ordinal)]].Figure(JudgedFigure.Parse(by, runner.Data.Config).Terms[0].Metric, doubled), rows.Of(doubled), 1e-9);
            Assert.Equal(by is "kinds.subset_accuracy" or "size.mae", rows.IsMeanOfRows);
        }
    }

    [Fact]
    public void Every_kind_of_output_is_calibrated()
    {
        var result = Calibration.Run(RunData.Read(Config), new CalibrationPlan { Steps = 60, Seeds = 1 });
        Assert.Equal(["sounds", "kinds", "size"], result.Outputs.Select(o => o.Output));
        Assert.All(result.Outputs, o => Assert.True(o.Trivial > 0 && o.Start > 0 && o.Before.Gradient > 0));
        // Not even knowing the best constant, an untrained network is worse than it.
        Assert.All(result.Outputs, o => Assert.True(o.Start > 0.9 * o.Trivial, $"{o.Output}: {o.Start} < {o.Trivial}"));
        Assert.True(result.RatioAfter <= 2, $"Largest by smallest contribution: {result.RatioAfter}.");
        Assert.True(result.PenaltiesBefore > 0);
    }
}
