namespace Equipoise.Audits;

/// <summary>Rules for the weights of so many parts, with what speaks for them before the log is looked at: simple and frequent ones count as more likely, by a few nats.</summary>
/// <param name="parts">How many parts there are.</param>
/// <param name="claimed">Weights that someone claims, NaN for parts that are not named; null without a claim.</param>
internal sealed class StartingWeights(int parts, double[]? claimed)
{
    /// <summary>Weights that the log decides.</summary>
    public double[] Free() => Equal(double.NaN);

    /// <summary>Every rule with its weights, NaN where the log decides, 0 for a part that is left out, and its prior.</summary>
    public IEnumerable<(WeightRule Rule, double[] Weights, double Prior)> All()
    {
        if (claimed is not null)
        {
            yield return (WeightRule.Claimed, [.. claimed.Select(w => double.IsNaN(w) ? 1 : w)], 1);
            if (claimed.Any(double.IsNaN)) yield return (WeightRule.Claimed, [.. claimed.Select(w => double.IsNaN(w) ? 0 : w)], 0);
        }
        yield return (WeightRule.Ones, Equal(1), claimed is null ? 0 : -1);
        if (parts > 1) yield return (WeightRule.Mean, Equal(1.0 / parts), -1);
        yield return (WeightRule.Free, Free(), -1);
        if (parts > 1) yield return (WeightRule.Common, Free(), -3);
        if (parts is < 2 or > 12) yield break;
        for (int drop = 0; drop < parts; drop++) yield return (WeightRule.Ones, Without(1, drop), -3);
        if (parts == 2) yield break;
        for (int drop = 0; drop < parts; drop++)
        {
            for (int other = 0; other < drop; other++) yield return (WeightRule.Ones, Without(1, drop, other), -6);
        }
        for (int drop = 0; drop < parts; drop++) yield return (WeightRule.Mean, Without(1.0 / (parts - 1), drop), -5);
    }

    private double[] Equal(double weight) => [.. Enumerable.Repeat(weight, parts)];

    private double[] Without(double weight, params int[] dropped) => [.. Enumerable.Range(0, parts).Select(i => dropped.Contains(i) ? 0 : weight)];
}
