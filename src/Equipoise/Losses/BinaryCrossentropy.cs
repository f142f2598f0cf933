using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Cross-entropy of yes or no, each number by itself: for one such question, or many labels that may all be true.</summary>
/// <remarks>
/// On probabilities: value = mean of −(w t log p + (1 − t) log(1 − p)), p first clipped to [1e-7, 1 − 1e-7]; the gradient is 0 outside of these bounds.
/// On logits z: value = mean of w t softplus(−z) + (1 − t) softplus(z), slope (1 + (w − 1) t) σ(z) − w t; nothing is clipped.
/// t is the target, 0 to 1, after smoothing t (1 − s) + s / 2; w is the positive weight.
/// In float32 1 − 1e-7 is 1 − 2⁻²³, so a saturated wrong answer costs 16.118 at p = 0 but 15.942 at p = 1, as in Keras.
/// </remarks>
/// <param name="FromLogits">The predictions are logits, not probabilities.</param>
/// <param name="LabelSmoothing">How far targets are moved towards 1/2, 0 to 1.</param>
/// <param name="PositiveWeight">What a positive target counts more than a negative one; for rare labels about negatives / positives.</param>
public sealed record BinaryCrossentropy(bool FromLogits = false, double LabelSmoothing = 0, double PositiveWeight = 1) : Loss
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
        float smoothing = (float)LabelSmoothing, weight = (float)PositiveWeight;
        if (FromLogits) ElementLoss.EvaluateWide(new OnLogitValues(smoothing, weight), in rows);
        else ElementLoss.Evaluate(new OnProbabilities(smoothing, weight), in rows);
    }

    private readonly struct OnProbabilities(float smoothing, float weight) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var one = Vector256<float>.One;
            var t = target * (1 - smoothing) + Vector256.Create(smoothing / 2);
            var p = Clip.Probability(prediction);
            var positive = t * weight;
            var negative = one - t;
            var value = -(positive * Exponentials.Log(p) + negative * Exponentials.Log(one - p));
            var slope = negative / (one - p) - positive / p;
            return (value, Vector256.ConditionalSelect(Vector256.Equals(p, prediction), slope, Vector256<float>.Zero));
        }
    }

    private readonly struct OnLogitValues(float smoothing, float weight) : IWideElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var zero = Vector256<float>.Zero;
            var t = target * (1 - smoothing) + Vector256.Create(smoothing / 2);
            var positive = t * weight;
            var negative = Vector256<float>.One - t;
            var (sigmoid, rest) = Logistic.Of(prediction);
            var value = positive * Vector256.Max(-prediction, zero) + negative * Vector256.Max(prediction, zero) + (positive + negative) * rest;
            return (value, (positive + negative) * sigmoid - positive);
        }

        public (Vector512<float> Value, Vector512<float> Slope) At(Vector512<float> prediction, Vector512<float> target)
        {
            var zero = Vector512<float>.Zero;
            var t = target * (1 - smoothing) + Vector512.Create(smoothing / 2);
            var positive = t * weight;
            var negative = Vector512.Create(1f) - t;
            var (sigmoid, rest) = Logistic.Of(prediction);
            // The larger of NaN and 0 is 0 here, but rest is NaN then.
            var value = positive * WideLanes.Larger(-prediction, zero) + negative * WideLanes.Larger(prediction, zero) + (positive + negative) * rest;
            return (value, (positive + negative) * sigmoid - positive);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.BinaryCrossentropy"/>.</summary>
    public static readonly Entry<Loss> BinaryCrossentropy = Add("binary_crossentropy", "cross-entropy of yes or no, each number by itself", new BinaryCrossentropy(),
        Setting<Loss>.Flag<BinaryCrossentropy>("from_logits", "the predictions are logits, not probabilities", get: x => x.FromLogits, set: (x, v) => x with { FromLogits = v }),
        Setting<Loss>.Number<BinaryCrossentropy>("label_smoothing", "how far targets are moved towards 1/2",
            get: x => x.LabelSmoothing, set: (x, v) => x with { LabelSmoothing = v }, minimum: 0, maximum: 1),
        Setting<Loss>.Number<BinaryCrossentropy>("positive_weight", "what a positive target counts more than a negative one",
            get: x => x.PositiveWeight, set: (x, v) => x with { PositiveWeight = v }, above: 0)).Alias("bce");
}
