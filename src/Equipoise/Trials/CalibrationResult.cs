namespace Equipoise.Trials;

/// <summary>What a calibration found.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="FirstStep">The first of the steps that figures are of, from 1.</param>
/// <param name="Steps">Steps of each training, and the last of those that figures are of.</param>
/// <param name="Rounds">How often weights were tried.</param>
/// <param name="Seconds">Seconds of all trainings.</param>
/// <param name="Outputs">The outputs that have a weight above 0.</param>
/// <param name="PenaltiesBefore">What penalties added to the total.</param>
/// <param name="PenaltiesAfter">The same with the proposed weights.</param>
public sealed record CalibrationResult(CalibrationRule Rule, IReadOnlyList<int> Seeds, int FirstStep, int Steps, int Rounds, double Seconds, IReadOnlyList<OutputCalibration> Outputs, double PenaltiesBefore, double PenaltiesAfter)
{
    /// <summary>What the proposed weights do to every metric of every output; empty without a validation part.</summary>
    public IReadOnlyList<CalibrationEffect> Effects { get; init; } = [];

    /// <summary>
    /// Outputs that have learned next to nothing in the brief trainings: their raw loss is at least 98 % of that of the best constant prediction, with both sets of weights. What they weigh says little about later.
    /// </summary>
    public IReadOnlyList<string> Unlearned => [.. Outputs.Where(o => Math.Min(o.Before.RawLoss, o.After.RawLoss) >= 0.98 * o.Trivial && o.Trivial > 0).Select(o => o.Output)];

    /// <summary>Largest contribution by smallest, with the weights of the config.</summary>
    public double RatioBefore => Ratio(Outputs.Select(o => o.Before.Contribution));

    /// <summary>Largest contribution by smallest, measured with the proposed weights.</summary>
    public double RatioAfter => Ratio(Outputs.Select(o => o.After.Contribution));

    /// <summary>Largest weight × length of the gradient in the shared layers by smallest, with the weights of the config; NaN if an output reaches none.</summary>
    public double PullBefore => Ratio(Outputs.Select(o => o.Before.Weight * o.Before.Gradient));

    /// <summary>The same, measured with the proposed weights.</summary>
    public double PullAfter => Ratio(Outputs.Select(o => o.After.Weight * o.After.Gradient));

    internal static double Ratio(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return all.Max() / all.Min();
    }
}
