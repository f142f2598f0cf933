using System.Globalization;

namespace Equipoise.Benchmarks.Tests;

/// <summary>Our losses beside those of PyTorch in the committed table. If the start weights change on purpose, measure the table anew: <c>compare --equal-weights --batches 32,256 --write</c>.</summary>
public class EqualWeightsTests
{
    private const int WorkloadColumn = 0, BatchColumn = 1, LossColumn = 2, PeerColumn = 8;
    private const string Batch = "32";

    public static TheoryData<string> Names => [.. Workload.Names, .. OtherWorkloads.Names];

    [Theory, MemberData(nameof(Names))]
    public void Losses_after_20_steps_are_those_of_PyTorch(string name)
    {
        string[][] rows = [.. File.ReadAllLines(Path.Combine(Place.Results, "equal-weights.md")).Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l[2..^2].Split(" | ")).Where(c => c[WorkloadColumn] == name && c[BatchColumn] == Batch)];
        var last = EqualWeights.TrainOurs(Workload.Of(name, int.Parse(Batch, CultureInfo.InvariantCulture), EqualWeights.Steps))[^1];
        Assert.Equal(last.Outputs.Count + 1, rows.Length);
        foreach (string[] row in rows)
        {
            double ours = row[LossColumn] == "total" ? last.Total : last[row[LossColumn]].RawLoss;
            double theirs = double.Parse(row[PeerColumn], CultureInfo.InvariantCulture);
            Assert.True(Statistics.RelativeDifference(ours, theirs) <= EqualWeights.Bar, $"{name}, {row[LossColumn]}: {ours} is not PyTorch's {theirs}.");
        }
    }
}
