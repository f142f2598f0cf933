using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>What counts is the sum: the squared error of a weighted sum of outputs, where their errors may make up for one another.</summary>
/// <remarks>
/// e_i = Σ over outputs of coefficient × (prediction_i − label_i) / scale; value = mean over numbers i of e_i². Without coefficients each counts 1. Outputs are of one width; the index of a class is read as 0 and 1.
/// Unit: that of the labels, squared, over the scale's. Slope 2 e_i × coefficient / (scale × width): not bounded. Needs the labels of all its outputs: rows with a missing one are left out.
/// Not in place of the outputs' own losses, since it says nothing about how a sum is shared out. Source: common knowledge (squared error of a linear combination).
/// </remarks>
/// <param name="Scale">What errors are measured in, above 0; unit of the predictions.</param>
public sealed record SumError(double Scale = 1) : JointLoss
{
    /// <summary>One for each output; empty: all 1.</summary>
    public IReadOnlyList<double> Coefficients { get; init; } = [];

    /// <inheritdoc/>
    public override bool NeedsLabels => true;

    /// <inheritdoc/>
    public override void Check(IReadOnlyList<int> widths)
    {
        base.Check(widths);
        CheckCoefficients(Coefficients, widths);
    }

    /// <inheritdoc/>
    public override float Evaluate(in JointRow row)
    {
        int width = row.Prediction(0).Length;
        double value = 0;
        for (int i = 0; i < width; i++)
        {
            double error = 0;
            for (int k = 0; k < row.Outputs; k++)
            {
                var target = row.Target(k);
                double wanted = target.Length == width ? target[i] : target[0] == i ? 1 : 0;
                error += Coefficient(k) * (row.Prediction(k)[i] - wanted) / Scale;
            }

            value += error * error / width;
            for (int k = 0; k < row.Outputs; k++) row.Slope(k)[i] = (float)(2 * error * Coefficient(k) / (Scale * width));
        }

        return (float)value;
    }

    /// <summary>Whether all settings are the same.</summary>
    public bool Equals(SumError? other) => other is not null && Scale.Equals(other.Scale) && Coefficients.SequenceEqual(other.Coefficients);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scale, Coefficients.Count);

    private double Coefficient(int output) => Coefficients.Count > 0 ? Coefficients[output] : 1;
}

public static partial class JointLossCatalog
{
    /// <summary><see cref="Losses.SumError"/>.</summary>
    public static readonly Entry<JointLoss> SumError = Add("sum_error", "the squared error of a sum of outputs", new SumError(),
        Setting<JointLoss>.Numbers<SumError>("coefficients", "one for each output; none: all 1", get: x => x.Coefficients, set: (x, v) => x with { Coefficients = v }),
        Setting<JointLoss>.Number<SumError>("scale", "what errors are measured in, unit of the predictions", get: x => x.Scale, set: (x, v) => x with { Scale = v }, above: 0));
}
