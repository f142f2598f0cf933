using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Between cross-entropy and absolute error, for one answer out of several when some labels are wrong; targets as class numbers.</summary>
/// <remarks>
/// value = (1 − p^q) / q, with p the probability of the target's class, neither clipped nor normalised. q near 0 is cross-entropy, q = 1 the absolute error.
/// Predictions [items, width], width at least 2; targets [items, 1]. A target that is no class number below width gives NaN.
/// Source: Zhang and Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels", 2018, equation 6.
/// Differs from Keras: it also takes logits, and on probabilities the slope −p^(q−1) is taken at p of at least 1e-7, so it is finite at 0.
/// </remarks>
/// <param name="Q">Robustness, above 0 and below 1.</param>
/// <param name="FromLogits">The predictions are logits, not probabilities.</param>
public sealed record CategoricalGeneralizedCrossEntropy(double Q = 0.5, bool FromLogits = false) : Loss
{
    /// <inheritdoc/>
    public override OutputLink Link => FromLogits ? OutputLink.Softmax : OutputLink.Identity;

    /// <inheritdoc/>
    public override Loss? OnLogits => FromLogits ? null : this with { FromLogits = true };

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        ClassTargets.RequireClasses(predictionWidth, "categorical_generalized_cross_entropy");
        return 1;
    }

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => ClassTargets.IndexFault(target, predictionWidth);

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        if (FromLogits) RowLoss.Evaluate(new OnLogitValues((float)Q), in rows, 1);
        else RowLoss.Evaluate(new OnProbabilities((float)Q), in rows, 1);
    }

    private readonly struct OnProbabilities(float q) : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            slope.Clear();
            if (!ClassTargets.IsClass(target[0], prediction.Length)) return float.NaN;
            float p = prediction[(int)target[0]];
            if (!slope.IsEmpty) slope[(int)target[0]] = -Clip.Power(MathF.Max(p, Clip.Epsilon), q - 1);
            return (1 - Clip.Power(p, q)) / q;
        }
    }

    private readonly struct OnLogitValues(float q) : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            slope.Clear();
            if (!ClassTargets.IsClass(target[0], prediction.Length)) return float.NaN;
            int wanted = (int)target[0];
            var (largest, logSum) = LogSoftmax.Of(prediction, slope);
            float power = Exponentials.Exp(q * (prediction[wanted] - largest - logSum));
            foreach (ref float number in slope) number *= power;
            if (!slope.IsEmpty) slope[wanted] -= power;
            return (1 - power) / q;
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.CategoricalGeneralizedCrossEntropy"/>.</summary>
    public static readonly Entry<Loss> CategoricalGeneralizedCrossEntropy = Add("categorical_generalized_cross_entropy", "cross-entropy that bears wrong labels, targets as class numbers", new CategoricalGeneralizedCrossEntropy(),
        Setting<Loss>.Number<CategoricalGeneralizedCrossEntropy>("q", "robustness against wrong labels", get: x => x.Q, set: (x, v) => x with { Q = v }, above: 0, below: 1),
        Setting<Loss>.Flag<CategoricalGeneralizedCrossEntropy>("from_logits", "the predictions are logits, not probabilities", get: x => x.FromLogits, set: (x, v) => x with { FromLogits = v }));
}
