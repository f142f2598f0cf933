using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Binary cross-entropy in which easy absent labels count little or nothing: for sets of many labels of which few are present.</summary>
/// <remarks>
/// value = −mean of t (1 − p)^g₊ log p + (1 − t) q^g₋ log(1 − q), with q = max(p − margin, 0): an absent label predicted below the margin costs nothing. In nats.
/// With both exponents and the margin 0 it is binary cross-entropy; with equal exponents, focal cross-entropy. On logits, slopes lie between −1 and about 1 + g₋/3 for usual exponents;
/// they fall to 0 for absent labels that are hopelessly wrong (p near 1) if the margin is above 0, which forgives labels that are missing in the data. Not for exclusive classes, nor where
/// probabilities must be calibrated: they come out too high. On probabilities p is clipped to [1e-7, 1 − 1e-7].
/// Source: Ridnik and others, "Asymmetric loss for multi-label classification", 2021, equations 5 to 7.
/// </remarks>
/// <param name="PositiveGamma">g₊, 0 or more.</param>
/// <param name="NegativeGamma">g₋, 0 or more.</param>
/// <param name="Margin">Probability that absent labels may have for nothing, from 0 to below 1.</param>
/// <param name="FromLogits">The predictions are logits, not probabilities.</param>
public sealed record AsymmetricLoss(double PositiveGamma = 1, double NegativeGamma = 4, double Margin = 0.05, bool FromLogits = false) : Loss
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
        var parts = new Parts((float)PositiveGamma, (float)NegativeGamma, (float)Margin);
        if (FromLogits) ElementLoss.Evaluate(new OnLogitValues(parts), in rows);
        else ElementLoss.Evaluate(new OnProbabilities(parts), in rows);
    }

    private readonly struct Parts(float positive, float negative, float margin)
    {
        /// <summary>Value, and its slope to the logit, of p = σ(z) with both logarithms.</summary>
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> p, Vector256<float> rest, Vector256<float> logP, Vector256<float> logRest, Vector256<float> t)
        {
            var one = Vector256<float>.One;
            var present = Power(rest, positive);
            var presentSlope = present * ((positive * p * logP) - rest);

            var q = Vector256.Max(p - Vector256.Create(margin), Vector256<float>.Zero);
            // Without a margin the logarithm comes from the logit, so none is lost to rounding near 1.
            var logOther = margin == 0 ? logRest : Exponentials.Log(one - q);
            var absent = Power(q, negative);
            var inside = Vector256.GreaterThan(q, Vector256<float>.Zero);
            var chain = p * rest;
            // Without a margin 1 − q is rest, and chain / rest is p, also where rest rounds to 0.
            var share = margin == 0 ? p : chain / (one - q);
            var absentSlope = Vector256.ConditionalSelect(inside, absent * (share - (negative * chain / q * logOther)), Vector256<float>.Zero);
            // With an exponent of 0, 0⁰ = 1 must not let a clipped label cost anything: its logarithm is 0.
            return (-((t * present * logP) + ((one - t) * absent * logOther)), (t * presentSlope) + ((one - t) * absentSlope));
        }

        // Kept above 0 so that 0⁰ is 1 and no logarithm is infinite.
        private static Vector256<float> Power(Vector256<float> x, float exponent)
            => exponent == 0 ? Vector256<float>.One : Exponentials.Exp(exponent * Exponentials.Log(Vector256.Max(x, Vector256.Create(1e-30f))));
    }

    private readonly struct OnLogitValues(Parts parts) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var (p, excess) = Logistic.Of(prediction);
            var (rest, _) = Logistic.Of(-prediction);
            return parts.At(p, rest, Vector256.Min(prediction, Vector256<float>.Zero) - excess, -Vector256.Max(prediction, Vector256<float>.Zero) - excess, target);
        }
    }

    private readonly struct OnProbabilities(Parts parts) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var p = Clip.Probability(prediction);
            var rest = Vector256<float>.One - p;
            var (value, slope) = parts.At(p, rest, Exponentials.Log(p), Exponentials.Log(rest), target);
            return (value, Vector256.ConditionalSelect(Vector256.Equals(p, prediction), slope / (p * rest), Vector256<float>.Zero));
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.AsymmetricLoss"/>.</summary>
    public static readonly Entry<Loss> AsymmetricLoss = Add("asymmetric_loss", "for sets of many labels of which few are present", new AsymmetricLoss(),
        Setting<Loss>.Number<AsymmetricLoss>("positive_gamma", "how little easy present labels count", get: x => x.PositiveGamma, set: (x, v) => x with { PositiveGamma = v }, minimum: 0),
        Setting<Loss>.Number<AsymmetricLoss>("negative_gamma", "how little easy absent labels count", get: x => x.NegativeGamma, set: (x, v) => x with { NegativeGamma = v }, minimum: 0),
        Setting<Loss>.Number<AsymmetricLoss>("margin", "probability that absent labels may have for nothing", get: x => x.Margin, set: (x, v) => x with { Margin = v }, minimum: 0, below: 1),
        Setting<Loss>.Flag<AsymmetricLoss>("from_logits", "the predictions are logits, not probabilities", get: x => x.FromLogits, set: (x, v) => x with { FromLogits = v }));
}
