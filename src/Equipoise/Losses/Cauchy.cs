using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Grows with the logarithm of the error only, so that gross outliers hardly count: for numbers of which some are simply wrong.</summary>
/// <remarks>
/// value = mean of (c² / 2) log(1 + (e / c)²), with e = prediction − target and c the scale, in the unit of the target; about e² / 2 below c. Unit: that of the target, squared.
/// Slope e / (1 + (e / c)²): at most c / 2, reached at |e| = c, and back to 0 far off. Not convex: not where a bad start must be able to catch up; there use huber.
/// Source: Black and Anandan, "The robust estimation of multiple motions", 1996 (Lorentzian); Barron, "A general and adaptive robust loss function", 2019, equation 3.
/// </remarks>
/// <param name="Scale">c, above 0.</param>
public sealed record Cauchy(double Scale = 1) : Loss
{
    /// <inheritdoc/>
    public override bool SeesErrorsOnly => true;

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => ElementLoss.Evaluate(new Formula((float)Scale), in rows);

    private readonly struct Formula(float scale) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var error = prediction - target;
            var ratio = error * (1 / scale);
            var grown = Vector256<float>.One + (ratio * ratio);
            // log(1 + x) for small x as in Logistic: exact to rounding although 1 + x is rounded.
            var added = grown - Vector256<float>.One;
            var small = Vector256.Equals(added, Vector256<float>.Zero);
            var log = Vector256.ConditionalSelect(small, ratio * ratio, Exponentials.Log(grown) * (ratio * ratio / added));
            // Beyond 1.8e19 scales the square is no number; there log(1 + r²) is 2 log r.
            log = Vector256.ConditionalSelect(Vector256.Equals(grown, Vector256.Create(float.PositiveInfinity)), 2f * Exponentials.Log(Vector256.Abs(ratio)), log);
            return (scale * scale / 2 * log, error / grown);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Cauchy"/>.</summary>
    public static readonly Entry<Loss> Cauchy = Add("cauchy", "logarithm of the squared error: outliers hardly count", new Cauchy(),
        Setting<Loss>.Number<Cauchy>("scale", "error beyond which it counts less and less; same unit as the target", get: x => x.Scale, set: (x, v) => x with { Scale = v }, above: 0));
}
