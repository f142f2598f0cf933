using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Binary cross-entropy in which easy answers count little: for many labels of which few are true.</summary>
/// <remarks>
/// value = mean of a (1 − q)^gamma × binary cross-entropy, with q = t p + (1 − t)(1 − p) the probability given to the truth (p not clipped here)
/// and a = 1, or t alpha + (1 − t)(1 − alpha) with class balancing. gamma = 0 is binary cross-entropy.
/// Source: Lin et al., "Focal Loss for Dense Object Detection", 2017, equations 4 and 5.
/// Differs from Keras on logits: the cross-entropy is taken from the logits unclipped, so a hopelessly wrong answer keeps its gradient.
/// </remarks>
/// <param name="Gamma">Focusing exponent, 0 or more.</param>
/// <param name="Alpha">Weight of the positive targets when balancing; the negative ones have 1 − alpha.</param>
/// <param name="ApplyClassBalancing">Whether alpha is used.</param>
/// <param name="FromLogits">The predictions are logits, not probabilities.</param>
/// <param name="LabelSmoothing">How far targets are moved towards 1/2, 0 to 1.</param>
public sealed record BinaryFocalCrossentropy(double Gamma = 2, double Alpha = 0.25, bool ApplyClassBalancing = false, bool FromLogits = false, double LabelSmoothing = 0) : Loss
{
    /// <inheritdoc/>
    public override bool TakesLabelWeights => true;

    /// <inheritdoc/>
    public override OutputLink Link => FromLogits ? OutputLink.Sigmoid : OutputLink.Identity;

    /// <inheritdoc/>
    public override Loss? OnLogits => FromLogits ? null : this with { FromLogits = true };

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, 0, 1, "must be 0 or 1, or between");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        var focus = new Focus((float)Gamma, ApplyClassBalancing ? (float)Alpha : 0.5f, ApplyClassBalancing ? 1 : 2, (float)LabelSmoothing);
        if (FromLogits) ElementLoss.Evaluate(new OnLogitValues(focus), in rows);
        else ElementLoss.Evaluate(new OnProbabilities(focus), in rows);
    }

    private readonly struct Focus(float gamma, float alpha, float scale, float smoothing)
    {
        public Vector256<float> Smooth(Vector256<float> target) => target * (1 - smoothing) + Vector256.Create(smoothing / 2);

        /// <summary>The factor a (1 − q)^gamma and its derivative to p.</summary>
        public (Vector256<float> Factor, Vector256<float> Slope) At(Vector256<float> p, Vector256<float> t)
        {
            var one = Vector256<float>.One;
            // Kept above 0 so that 0^0 is 1 and no logarithm is infinite.
            var doubt = Vector256.Max(one - (t * p + (one - t) * (one - p)), Vector256.Create(1e-30f));
            var balance = scale * (t * alpha + (one - t) * (1 - alpha));
            var factor = balance * Exponentials.Exp(gamma * Exponentials.Log(doubt));
            return (factor, gamma * factor / doubt * (one - (t + t)));
        }
    }

    private readonly struct OnProbabilities(Focus focus) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var one = Vector256<float>.One;
            var t = focus.Smooth(target);
            var p = Clip.Probability(prediction);
            var entropy = -(t * Exponentials.Log(p) + (one - t) * Exponentials.Log(one - p));
            var slope = Vector256.ConditionalSelect(Vector256.Equals(p, prediction), (one - t) / (one - p) - t / p, Vector256<float>.Zero);
            var (factor, factorSlope) = focus.At(prediction, t);
            return (factor * entropy, factor * slope + factorSlope * entropy);
        }
    }

    private readonly struct OnLogitValues(Focus focus) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var t = focus.Smooth(target);
            var (p, rest) = Logistic.Of(prediction);
            var entropy = Vector256.Max(prediction, Vector256<float>.Zero) - prediction * t + rest;
            var (factor, factorSlope) = focus.At(p, t);
            return (factor * entropy, factor * (p - t) + factorSlope * p * (Vector256<float>.One - p) * entropy);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.BinaryFocalCrossentropy"/>.</summary>
    public static readonly Entry<Loss> BinaryFocalCrossentropy = Add("binary_focal_crossentropy", "binary cross-entropy in which easy answers count little", new BinaryFocalCrossentropy(),
        Setting<Loss>.Number<BinaryFocalCrossentropy>("gamma", "focusing exponent", get: x => x.Gamma, set: (x, v) => x with { Gamma = v }, minimum: 0),
        Setting<Loss>.Number<BinaryFocalCrossentropy>("alpha", "weight of the positive targets when balancing", get: x => x.Alpha, set: (x, v) => x with { Alpha = v }, minimum: 0, maximum: 1),
        Setting<Loss>.Flag<BinaryFocalCrossentropy>("apply_class_balancing", "whether alpha is used", get: x => x.ApplyClassBalancing, set: (x, v) => x with { ApplyClassBalancing = v }),
        Setting<Loss>.Flag<BinaryFocalCrossentropy>("from_logits", "the predictions are logits, not probabilities", get: x => x.FromLogits, set: (x, v) => x with { FromLogits = v }),
        Setting<Loss>.Number<BinaryFocalCrossentropy>("label_smoothing", "how far targets are moved towards 1/2",
            get: x => x.LabelSmoothing, set: (x, v) => x with { LabelSmoothing = v }, minimum: 0, maximum: 1));
}
