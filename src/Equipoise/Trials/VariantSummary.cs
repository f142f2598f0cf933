namespace Equipoise.Trials;

/// <summary>What became of a variant over all seeds.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Trials">Its trials, by seed.</param>
/// <param name="Note">What is special about it; null: nothing.</param>
public sealed record VariantSummary(Variant Variant, IReadOnlyList<TrialSummary> Trials, string? Note = null)
{
    /// <summary>Mean seconds of training of a trial.</summary>
    public double Seconds => Trials.Average(t => t.Seconds);

    /// <summary>Why it diverged, in the first seed that it did; null if it never did.</summary>
    public string? Fault => Trials.FirstOrDefault(t => t.Fault is not null)?.Fault;

    /// <summary>Mean of a figure over the seeds that finished; NaN if none did.</summary>
    /// <param name="figure">The place of the figure.</param>
    public double Mean(int figure) => Trials.Where(t => t.Fault is null).Select(t => t.Values[figure]).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Standard deviation of a figure over the seeds that finished; NaN if fewer than two did.</summary>
    /// <param name="figure">The place of the figure.</param>
    public double Deviation(int figure)
    {
        double[] values = [.. Trials.Where(t => t.Fault is null).Select(t => t.Values[figure])];
        double mean = Mean(figure);
        return values.Length < 2 ? double.NaN : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }

    /// <summary>Mean of a figure on the test part over the seeds that finished; NaN if it was not looked at.</summary>
    /// <param name="figure">The place of the figure.</param>
    public double Test(int figure) => Trials.Where(t => t.Test is not null).Select(t => t.Test![figure]).DefaultIfEmpty(double.NaN).Average();
}
