using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Weighs small errors more than the absolute error does: for coordinates (landmarks) that must be exact.</summary>
/// <remarks>
/// value = mean of w log(1 + |e| / epsilon) where |e| &lt; w, and |e| − w + w log(1 + w / epsilon) beyond, with e = prediction − target. Unit: that of the target, so width and epsilon are
/// those of the target too: the defaults of the paper (10 and 2) are pixels.
/// Slope ± w / (epsilon + |e|) inside, ± 1 outside, 0 at the target: steepest, w / epsilon, next to the target, where it changes sign at once. Not for noisy targets.
/// Source: Feng and others, "Wing loss for robust facial landmark localisation with convolutional neural networks", 2018, equation 5.
/// </remarks>
/// <param name="Width">w, above 0.</param>
/// <param name="Epsilon">How sharp the middle is, above 0.</param>
public sealed record Wing(double Width = 10, double Epsilon = 2) : Loss
{
    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => ElementLoss.Evaluate(new Formula((float)Width, (float)Epsilon), in rows);

    private readonly struct Formula(float width, float epsilon) : IElementFormula
    {
        private readonly float _offset = width - (width * Exponentials.Log(1 + (width / epsilon)));

        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var error = prediction - target;
            var size = Vector256.Abs(error);
            var inside = Vector256.LessThan(size, Vector256.Create(width));
            var value = Vector256.ConditionalSelect(inside, width * Exponentials.Log(Vector256<float>.One + (size * (1 / epsilon))), size - Vector256.Create(_offset));
            var slope = Vector256.ConditionalSelect(inside, Vector256.Create(width) / (Vector256.Create(epsilon) + size), Vector256<float>.One);
            return (value, Vector256.ConditionalSelect(Vector256.Equals(error, Vector256<float>.Zero), Vector256<float>.Zero, Vector256.CopySign(slope, error)));
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Wing"/>.</summary>
    public static readonly Entry<Loss> Wing = Add("wing", "weighs small errors more: for coordinates", new Wing(),
        Setting<Loss>.Number<Wing>("width", "error beyond which it is the absolute error; same unit as the target", get: x => x.Width, set: (x, v) => x with { Width = v }, above: 0),
        Setting<Loss>.Number<Wing>("epsilon", "how sharp the middle is; same unit as the target", get: x => x.Epsilon, set: (x, v) => x with { Epsilon = v }, above: 0));
}
