using Equipoise.Benchmarks;

namespace Equipoise.Benchmarks.Tests;

/// <summary>A few steps of the samples' full networks; <c>ledgers</c> does the same with every balancer.</summary>
public sealed class SampleLedgersTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string sample in SampleLedgers.Samples)
            {
                foreach (string method in new[] { "fixed", "famo", "nash", "upgrad", "grad_drop" }) data.Add(sample, method);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Ledger_of_a_sample_adds_up(string sample, string method)
    {
        using var rows = new SampleLedgers.SampleRows(sample, trainingRows: 128, epochs: 1);
        var found = rows.Train(method);
        Assert.Equal("adds up", found.Result);
        Assert.True(found.IsFine);
        Assert.Equal(2, found.Steps);
        Assert.InRange(found.Difference, 0, SampleLedgers.Bar);
    }

    [Fact]
    public void A_method_that_is_not_made_for_so_many_outputs_is_told_apart()
    {
        using var rows = new SampleLedgers.SampleRows("pronounce", trainingRows: 64, epochs: 1);
        Assert.StartsWith("refused", rows.Train("pareto_mtl").Result, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"part":"step","total":3.0,"outputs":[{"weight":2,"raw":1,"contribution":2}],"penalties":[{"value":1}]}""", null)]
    [InlineData("""{"part":"step","total":3.1,"outputs":[{"weight":2,"raw":1,"contribution":2}],"penalties":[{"value":1}]}""", "line 1: the total is 3.1, but its terms are 3")]
    [InlineData("""{"part":"step","total":3.0,"outputs":[{"weight":null,"raw":1,"contribution":2}],"penalties":[]}""", "line 1: a figure of an output is no number")]
    public void Lines_are_added_up_by_themselves(string line, string? problem)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, line + "\n");
        Assert.Equal(problem, SampleLedgers.Audit(file).Problem);
        File.Delete(file);
    }
}
