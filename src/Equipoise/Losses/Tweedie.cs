using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>For amounts that are often exactly 0 and otherwise positive and skew, such as claims, rain and sales: a sum of a Poisson number of gamma amounts.</summary>
/// <remarks>
/// value = mean of m^(2−p) / (2 − p) − t m^(1−p) / (1 − p), with m the predicted mean, wanted positive, and t the amount, 0 or more: minus log likelihood without what does not depend on m.
/// Unit: that of the target to the power 2 − p. It has its least value at m = t; p near 1 is the Poisson loss, near 2 that of a gamma distribution.
/// Slope to m: (m − t) / m^p. With <paramref name="LogInput"/> the prediction is z = log m: slope m^(2−p) − t m^(1−p), not bounded above, above −t m^(1−p) below; no output can be wrong.
/// Without, m is clipped to at least 1e-7 and has no slope there. Not for targets below 0. Where zeros have causes of their own use zero_inflated_log_normal.
/// Source: Jørgensen, "Exponential dispersion models", 1987, section 3; Tweedie, "An index which distinguishes between some important exponential families", 1984.
/// </remarks>
/// <param name="Power">p: the variance grows as m^p; above 1 and below 2.</param>
/// <param name="LogInput">The predictions are logarithms of means.</param>
public sealed record Tweedie(double Power = 1.5, bool LogInput = false) : Loss
{
    /// <inheritdoc/>
    public override OutputLink Link => LogInput ? OutputLink.Exponential : OutputLink.Identity;

    /// <inheritdoc/>
    public override Loss? OnLogits => LogInput ? null : this with { LogInput = true };

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, 0, float.MaxValue, "must be an amount, 0 or more");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        if (LogInput) ElementLoss.Evaluate(new OnLogMeans((float)Power), in rows);
        else ElementLoss.Evaluate(new OnMeans((float)Power), in rows);
    }

    private readonly struct OnLogMeans(float power) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var first = Exponentials.Exp((2 - power) * prediction);
            var second = target * Exponentials.Exp((1 - power) * prediction);
            return ((first * (1 / (2 - power))) - (second * (1 / (1 - power))), first - second);
        }
    }

    private readonly struct OnMeans(float power) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var mean = Vector256.Max(prediction, Vector256.Create(Clip.Epsilon));
            var (value, slope) = new OnLogMeans(power).At(Exponentials.Log(mean), target);
            return (value, Vector256.ConditionalSelect(Vector256.Equals(mean, prediction), slope / mean, Vector256<float>.Zero));
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Tweedie"/>.</summary>
    public static readonly Entry<Loss> Tweedie = Add("tweedie", "for amounts that are often 0, else positive and skew", new Tweedie(),
        Setting<Loss>.Number<Tweedie>("power", "how the variance grows with the mean", get: x => x.Power, set: (x, v) => x with { Power = v }, above: 1, below: 2),
        Setting<Loss>.Flag<Tweedie>("log_input", "the predictions are logarithms of means", get: x => x.LogInput, set: (x, v) => x with { LogInput = v }));
}
