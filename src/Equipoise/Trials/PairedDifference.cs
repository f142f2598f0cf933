namespace Equipoise.Trials;

/// <summary>How far two variants are apart in a figure, with an interval: mean over the seeds of figure of the first − figure of the second.</summary>
/// <param name="First">Name of the one.</param>
/// <param name="Second">Name of the other.</param>
/// <param name="Mean">The mean difference over the seeds that both finished; NaN if there is none.</param>
/// <param name="Low">Lower end of the interval; −∞ when one seed says nothing about others.</param>
/// <param name="High">Upper end.</param>
/// <param name="RowError">Standard error that comes from the choice of validation rows: paired bootstrap.</param>
/// <param name="SeedError">Standard error that comes from the choice of seeds.</param>
/// <param name="Seeds">Seeds that both finished.</param>
public sealed record PairedDifference(string First, string Second, double Mean, double Low, double High, double RowError, double SeedError, int Seeds)
{
    /// <summary>Whether 0 is outside of the interval.</summary>
    public bool IsClear => Low > 0 || High < 0;

    /// <summary>From the differences of each seed, and of the mean over the seeds in each resampling of the rows.</summary>
    /// <remarks>
    /// mean ± √((t(S − 1) · seed error)² + (t(rows − 1) · row error)²): seed error² = s² / S with s² the variance of the S seeds' differences, row error² the variance of the resampled means, t Student's quantile for
    /// so many degrees of freedom. With one spread alone it is the interval that everybody knows; with both it is wider than one for the sum of the variances (Satterthwaite), which, with as few as three seeds, is at
    /// times far too narrow: a small s² may be luck. So variants that are equal but for chance seem different in at most 5 % of all cases, whatever the rows.
    /// Two variants that are the same to the bit differ by 0 with the interval [0, 0], which does not exclude 0.
    /// </remarks>
    internal static PairedDifference Of(string first, string second, IReadOnlyList<double> seeds, IReadOnlyList<double> resampled, double confidence, int rows)
    {
        int count = seeds.Count;
        if (count == 0) return new PairedDifference(first, second, double.NaN, double.NegativeInfinity, double.PositiveInfinity, double.NaN, double.NaN, 0);
        double mean = seeds.Average(), rowError = Math.Sqrt(Variance(resampled));
        if (count == 1) return new PairedDifference(first, second, mean, double.NegativeInfinity, double.PositiveInfinity, rowError, double.NaN, 1);
        double seedError = Math.Sqrt(Variance(seeds) / count);
        double bySeed = StudentDistribution.Quantile(confidence, count - 1) * seedError, byRow = StudentDistribution.Quantile(confidence, Math.Max(1, rows - 1)) * rowError;
        double half = Math.Sqrt((bySeed * bySeed) + (byRow * byRow));
        return new PairedDifference(first, second, mean, mean - half, mean + half, rowError, seedError, count);
    }

    private static double Variance(IReadOnlyList<double> values)
    {
        double[] numbers = [.. values.Where(double.IsFinite)];
        if (numbers.Length < 2) return 0;
        double mean = numbers.Average();
        return numbers.Sum(v => (v - mean) * (v - mean)) / (numbers.Length - 1);
    }
}
