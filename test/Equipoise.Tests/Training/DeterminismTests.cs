using Equipoise.Ledger;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

public sealed class DeterminismTests
{
    public static TheoryData<string> Samples => [.. TrainingSamples.Names];

    [Theory, MemberData(nameof(Samples))]
    public void A_run_has_the_same_bits_for_1_2_and_5_workers_and_when_repeated(string sample)
    {
        var one = Run(sample, 1);
        Same(one, Run(sample, 1), "a second time");
        Same(one, Run(sample, 2), "with 2 workers");
        Same(one, Run(sample, 5), "with 5 workers");
    }

    [Fact]
    public void A_run_in_batches_by_length_has_the_same_bits_for_1_and_5_workers()
    {
        var one = Run("embedding", 1, bucketBy: "x");
        Same(one, Run("embedding", 5, bucketBy: "x"), "with 5 workers");
        Assert.NotEqual(Run("embedding", 1).Ledger, one.Ledger);
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("dropout")]
    public void Another_seed_gives_another_run(string sample) => Assert.NotEqual(Run(sample, 2).Ledger, Run(sample, 2, seed: 4).Ledger);

    [Fact]
    public void Two_calls_of_fit_are_one_long_call()
    {
        var data = TrainingSamples.Data("dropout");
        using var whole = TrainingSamples.Model("dropout").Compile(TrainingSamples.Options());
        whole.Fit(data, new FitOptions { Epochs = 3, BatchSize = 16 });
        using var parts = TrainingSamples.Model("dropout").Compile(TrainingSamples.Options());
        parts.Fit(data, new FitOptions { Epochs = 1, BatchSize = 16 });
        parts.Fit(data, new FitOptions { Epochs = 2, BatchSize = 16 });
        Assert.Equal(Text(whole.Ledger), Text(parts.Ledger));
        Assert.Equal(3, parts.Epoch);
    }

    private static void Same((string Ledger, string Metrics, float[] Weights, float[] Predictions) want, (string Ledger, string Metrics, float[] Weights, float[] Predictions) have, string when)
    {
        Assert.True(want.Ledger == have.Ledger, $"The ledger differs {when}.");
        Assert.True(want.Metrics == have.Metrics, $"Metrics differ {when}: {want.Metrics} and {have.Metrics}");
        Assert.True(want.Weights.AsSpan().SequenceEqual(have.Weights), $"Weights differ {when}.");
        Assert.True(want.Predictions.AsSpan().SequenceEqual(have.Predictions), $"Predictions differ {when}.");
    }

    private static (string Ledger, string Metrics, float[] Weights, float[] Predictions) Run(string sample, int workers, ulong seed = 3, string? bucketBy = null)
    {
        var model = TrainingSamples.Model(sample);
        using var trainer = model.Compile(TrainingSamples.Options(workers, seed: seed));
        var data = TrainingSamples.Data(sample);
        var history = trainer.Fit(data, new FitOptions { Epochs = 2, BatchSize = 16, BucketBy = bucketBy, Validation = TrainingSamples.Data(sample, 20, 9) });
        var metrics = history.Epochs.SelectMany(e => e.TrainingMetrics.Concat(e.ValidationMetrics)).Select(m => $"{m.Output}.{m.Name} {m.Value:R}");
        return (Text(trainer.Ledger), string.Join("; ", metrics), [.. model.Parameters.SelectMany(p => model.GetWeight(p.Name))], [.. trainer.Predict(data, 7).SelectMany(p => p.Value)]);
    }

    private static string Text(LossLedger ledger)
    {
        using var writer = new StringWriter();
        LedgerFile.AppendSteps(writer, ledger, 0, ledger.StepCount);
        foreach (var epoch in ledger.Epochs) LedgerFile.AppendEpoch(writer, epoch);
        return writer.ToString();
    }
}
