using Equipoise.Training;

namespace Equipoise.Benchmarks.Tests;

public class WorkloadTests
{
    public static TheoryData<string> Names => [.. Workload.Names, .. OtherWorkloads.Names];

    [Theory, MemberData(nameof(Names))]
    public void A_workload_trains_for_all_its_batches(string name)
    {
        var workload = Workload.Of(name, batch: 4, batches: 2);
        using var trainer = workload.Build().Compile(new CompileOptions { Optimizer = workload.Optimizer, Outputs = workload.Outputs, Workers = 1 });
        trainer.Fit(workload.Data, new FitOptions { BatchSize = workload.Batch });
        Assert.Equal(2, trainer.Ledger.StepCount);
    }

    // The numbers that the tables of sizes give: weights and biases of the layers, counted by hand.
    [Theory]
    [InlineData("W1", (64 * 256) + 256 + (256 * 128) + 128 + (129 * 37))]
    [InlineData("W2", (2 * 10_000 * 64) + (4 * 128 * (64 + 128 + 1)) + (4 * 32 * (64 + 32 + 1)) + (173 * 5))]
    [InlineData("W3", (26 * 10) + (251 * 20) + (721 * 50) + (2 * ((51 * 50) + (51 * 10))))]
    [InlineData("W4", (65 * 1024) + (5 * ((65 * 8) + (129 * 64) + 65)))]
    [InlineData("W5", (513 * 1024) + (1025 * 1024) + (1025 * 512) + (513 * 37))]
    public void A_workload_has_as_many_weights_as_the_peers(string name, long weights)
        => Assert.Equal(weights, Workload.Of(name, batch: 1, batches: 1).Build().TrainableCount);

    [Fact]
    public void An_unknown_workload_is_told_with_the_known_ones()
        => Assert.Contains("W1, W2, W3, W4, W5, E1, E2", Assert.Throws<ArgumentException>(() => Workload.Of("W9", 1)).Message, StringComparison.Ordinal);

    [Theory, InlineData("W1", 2), InlineData("W1", 12), InlineData("W3", 5), InlineData("W5", 1)]
    public void Some_workloads_have_as_many_outputs_as_wanted(string name, int outputs)
    {
        var workload = Workload.Of(name, batch: 2, batches: 1, outputs);
        Assert.Equal(outputs, workload.Build().Outputs.Count);
        using var trainer = workload.Build().Compile(new CompileOptions { Optimizer = workload.Optimizer, Outputs = workload.Outputs, Workers = 1 });
        trainer.Fit(workload.Data, new FitOptions { BatchSize = workload.Batch });
        Assert.Equal(outputs, trainer.Ledger.Outputs.Count);
    }

    [Fact]
    public void A_workload_that_has_its_outputs_for_good_says_so()
        => Assert.Contains("W4 has 5 outputs", Assert.Throws<ArgumentException>(() => Workload.Of("W4", 1, 1, 3)).Message, StringComparison.Ordinal);
}
