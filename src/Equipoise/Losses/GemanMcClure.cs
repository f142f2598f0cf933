using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Levels off altogether, so that a gross outlier costs the same however far off it is: for numbers of which a good part is wrong.</summary>
/// <remarks>
/// value = mean of 2 c² (e / c)² / ((e / c)² + 4), with e = prediction − target and c the scale, in the unit of the target; about e² / 2 below c, never above 2 c². Unit: that of the target, squared.
/// Slope 16 e / ((e / c)² + 4)²: at most some 0.65 c, near |e| = 1.2 c, and back to 0 far off, faster than that of cauchy. Not convex: not where a bad start must be able to catch up; there use huber.
/// Source: Geman and McClure, "Bayesian image analysis: an application to single photon emission tomography", 1985; Barron, "A general and adaptive robust loss function", 2019, equation 4 (α = −2). Differs: times c², so that small
/// errors count as in the squared error whatever the scale.
/// </remarks>
/// <param name="Scale">c, above 0.</param>
public sealed record GemanMcClure(double Scale = 1) : Loss
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
            var grown = (ratio * ratio) + Vector256.Create(4f);
            // 1 − 4 / grown would lose small errors; x² / grown those whose square is no number.
            var part = Vector256.ConditionalSelect(Vector256.Equals(grown, Vector256.Create(float.PositiveInfinity)), Vector256<float>.One, ratio * ratio / grown);
            return (2 * scale * scale * part, 16f * error / grown / grown);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.GemanMcClure"/>.</summary>
    public static readonly Entry<Loss> GemanMcClure = Add("geman_mcclure", "levels off: an outlier costs the same however far off", new GemanMcClure(),
        Setting<Loss>.Number<GemanMcClure>("scale", "error beyond which it counts less and less; same unit as the target", get: x => x.Scale, set: (x, v) => x with { Scale = v }, above: 0));
}
