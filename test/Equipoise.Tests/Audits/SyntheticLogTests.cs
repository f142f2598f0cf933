using System.Globalization;
using Equipoise.Audits;
using Xunit.Abstractions;

namespace Equipoise.Tests.Audits;

/// <summary>The audit on logs whose truth is known.</summary>
public sealed class SyntheticLogTests(ITestOutputHelper output) : IDisposable
{
    private const int Cases = 500, Seed = 1;
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Audit_names_the_cause_keeps_true_weights_and_bounds_the_effective_ones()
    {
        var results = new Result[Cases];
        Parallel.For(0, Cases, c => results[c] = Judge(c));
        int[] wrong = [.. Enumerable.Range(0, Cases).Where(c => !results[c].Named)];
        foreach (int c in wrong) output.WriteLine($"case {c}: {results[c].Story}");
        int trueClaims = results.Count(r => r.TrueClaim), rejected = results.Count(r => r.TrueClaim && r.Verdict == "rejected");
        int falseClaims = results.Count(r => r.FalseClaim), caught = results.Count(r => r.FalseClaim && r.Verdict == "rejected");
        int weights = results.Sum(r => r.Weights), inside = results.Sum(r => r.Inside);
        string summary = string.Create(CultureInfo.InvariantCulture,
            $"named {Cases - wrong.Length} of {Cases}; true weights rejected {rejected} of {trueClaims}; false ones {caught} of {falseClaims}; weights inside their interval {inside} of {weights}");
        output.WriteLine(summary);
        Assert.True(Cases - wrong.Length >= 0.95 * Cases, summary);
        Assert.True(rejected <= 0.01 * trueClaims, summary);
        Assert.True(inside >= 0.9 * weights, summary);
        Assert.True(caught >= 0.7 * falseClaims, summary);
        Assert.True(trueClaims > 60 && falseClaims > 40 && weights > 500, summary);
    }

    private Result Judge(int c)
    {
        string kind = SyntheticLog.Kinds[c % SyntheticLog.Kinds.Length];
        var log = SyntheticLog.Draw(kind, new Random((Seed * 100_003) + c));
        string path = Path.Combine(_folder, $"{c}.log");
        File.WriteAllText(path, log.Text);
        var part = Assert.Single(LogAudit.Of(path, new AuditOptions { Weights = log.Claim }).Parts);
        Assert.Equal(log.Parts, part.Terms);
        string wanted = string.Join("+", log.Causes.Order(StringComparer.Ordinal)), got = string.Join("+", part.Best.Causes.Order(StringComparer.Ordinal));
        int weights = 0, inside = 0;
        if (kind != "log_variance")
        {
            weights = log.Weights.Length;
            for (int i = 0; i < weights; i++)
            {
                double truth = kind == "already_weighted" ? 1 : log.Weights[i], rounding = 1e-9 * Math.Max(1, truth);
                if (part.Best.Weights[i].Least - rounding <= truth && truth <= part.Best.Weights[i].Greatest + rounding) inside++;
            }
        }
        bool claimed = log.Claim.Count > 0 && kind != "already_weighted";
        string truths = string.Join(" ", log.Weights.Select(w => w.ToString(CultureInfo.InvariantCulture)));
        return new Result(wanted == got, claimed && log.ClaimIsTrue, claimed && !log.ClaimIsTrue, part.Claim?.Verdict, weights, inside, $"{part.Lines} lines, {part.Terms.Count} parts ({truths}): {wanted} taken for {got}");
    }

    private sealed record Result(bool Named, bool TrueClaim, bool FalseClaim, string? Verdict, int Weights, int Inside, string Story);
}
