namespace Equipoise.Trials;

/// <summary>What the proposed weights do to a metric of the validation part, after brief trainings with the same seeds.</summary>
/// <param name="Output">The output.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="HigherIsBetter">Which way it gets better.</param>
/// <param name="Before">Mean over the seeds with the weights of the config; NaN where the metric is not defined.</param>
/// <param name="After">The same with the proposed weights.</param>
/// <param name="Difference">After − before, paired by seed: with two seeds or more, mean ± t(seeds − 1) · s / √seeds, each by itself with 95 %. The choice of validation rows is not in it.</param>
public sealed record CalibrationEffect(string Output, string Metric, bool HigherIsBetter, double Before, double After, PairedDifference Difference)
{
    /// <summary>1: better beyond the chance of the seeds; −1: worse; 0: that cannot be said.</summary>
    public int Direction => !Difference.IsClear ? 0 : Difference.Mean > 0 == HigherIsBetter ? 1 : -1;
}
