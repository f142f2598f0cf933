using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Predictions shall add up, or keep an order: a penalty on a weighted sum of outputs that is not what it should be.</summary>
/// <remarks>
/// r_i = (Σ over outputs of coefficient × prediction_i − constant) / scale; value = mean over numbers i of r_i², where at most: of max(r_i, 0)², where at least: of min(r_i, 0)². Without coefficients the first output is compared with the sum of
/// the others: 1, −1, −1, ... Outputs are of one width. Slope 2 r_i × coefficient / (scale × width): not bounded. 0 where the constraint holds.
/// Looks at no label. A total and its parts: the default. A quantile or a minimum that shall not exceed another: coefficients 1, −1, at most. It is a penalty, not a guarantee: predictions may still break it a little.
/// Source: common knowledge (the quadratic penalty method).
/// </remarks>
/// <param name="Constant">What the sum shall be; unit of the predictions.</param>
/// <param name="Sense">Equal, at most or at least.</param>
/// <param name="Scale">What the sum is measured in, above 0; unit of the predictions.</param>
public sealed record LinearConstraint(double Constant = 0, ConstraintSense Sense = ConstraintSense.Equal, double Scale = 1) : JointLoss
{
    /// <summary>One for each output; empty: 1 for the first, −1 for the others.</summary>
    public IReadOnlyList<double> Coefficients { get; init; } = [];

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
            double sum = -Constant;
            for (int k = 0; k < row.Outputs; k++) sum += Coefficient(k) * row.Prediction(k)[i];
            double residual = sum / Scale;
            if ((Sense == ConstraintSense.AtMost && residual <= 0) || (Sense == ConstraintSense.AtLeast && residual >= 0)) continue;
            value += residual * residual / width;
            for (int k = 0; k < row.Outputs; k++) row.Slope(k)[i] = (float)(2 * residual * Coefficient(k) / (Scale * width));
        }

        return (float)value;
    }

    /// <summary>Whether all settings are the same.</summary>
    public bool Equals(LinearConstraint? other) => other is not null && Constant.Equals(other.Constant) && Sense == other.Sense && Scale.Equals(other.Scale) && Coefficients.SequenceEqual(other.Coefficients);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Constant, Sense, Scale, Coefficients.Count);

    private double Coefficient(int output) => Coefficients.Count > 0 ? Coefficients[output] : output == 0 ? 1 : -1;
}

public static partial class JointLossCatalog
{
    /// <summary><see cref="Losses.LinearConstraint"/>.</summary>
    public static readonly Entry<JointLoss> LinearConstraint = Add("linear_constraint", "predictions shall add up, or keep an order", new LinearConstraint(),
        Setting<JointLoss>.Numbers<LinearConstraint>("coefficients", "one for each output; none: 1 for the first, -1 for the others", get: x => x.Coefficients, set: (x, v) => x with { Coefficients = v }),
        Setting<JointLoss>.Number<LinearConstraint>("constant", "what the sum shall be", get: x => x.Constant, set: (x, v) => x with { Constant = v }),
        Setting<JointLoss>.Choice<LinearConstraint, ConstraintSense>("sense", "whether the sum shall be the constant, or not above or not below it", get: x => x.Sense, set: (x, v) => x with { Sense = v }),
        Setting<JointLoss>.Number<LinearConstraint>("scale", "what the sum is measured in, unit of the predictions", get: x => x.Scale, set: (x, v) => x with { Scale = v }, above: 0)).Alias("sum_constraint");
}
