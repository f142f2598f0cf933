using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Cross-entropy of one answer out of several in which easy answers count little; targets one-hot.</summary>
/// <remarks>
/// value = Σ alpha (1 − p)^gamma × (−t log p). On probabilities p is first divided by its sum, then clipped to [1e-7, 1 − 1e-7]; on logits p = softmax(z).
/// t is the target after smoothing t (1 − s) + s / width. Source: Lin et al., "Focal Loss for Dense Object Detection", 2017, equation 5.
/// Differs from Keras on logits: nothing is clipped, so a hopelessly wrong answer keeps its gradient.
/// </remarks>
/// <param name="Gamma">Focusing exponent, 0 or more.</param>
/// <param name="Alpha">Factor of the whole.</param>
/// <param name="FromLogits">The predictions are logits, not probabilities.</param>
/// <param name="LabelSmoothing">How far targets are moved towards the uniform distribution, 0 to 1.</param>
public sealed record CategoricalFocalCrossentropy(double Gamma = 2, double Alpha = 0.25, bool FromLogits = false, double LabelSmoothing = 0) : Loss
{
    /// <inheritdoc/>
    public override OutputLink Link => FromLogits ? OutputLink.Softmax : OutputLink.Identity;

    /// <inheritdoc/>
    public override Loss? OnLogits => FromLogits ? null : this with { FromLogits = true };

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        ClassTargets.RequireClasses(predictionWidth, "categorical_focal_crossentropy");
        return predictionWidth;
    }

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, 0, 1, "a share of a class must be from 0 to 1");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        if (FromLogits) RowLoss.Evaluate(new OnLogitValues((float)Gamma, (float)Alpha, (float)LabelSmoothing), in rows, rows.Width);
        else RowLoss.Evaluate(new OnProbabilities((float)Gamma, (float)Alpha, (float)LabelSmoothing), in rows, rows.Width);
    }

    private readonly struct OnProbabilities(float gamma, float alpha, float smoothing) : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            float sum = ClassTargets.Sum(prediction), value = 0;
            for (int i = 0; i < prediction.Length; i++)
            {
                float t = alpha * (target[i] * (1 - smoothing) + smoothing / prediction.Length);
                float q = prediction[i] / sum, p = Clip.Probability(q);
                float factor = Clip.Power(1 - p, gamma), log = Exponentials.Log(p);
                value -= t * factor * log;
                if (!slope.IsEmpty) slope[i] = p == q ? t * (gamma * factor / (1 - p) * log - factor / p) : 0;
            }

            ClassTargets.ThroughNormalisation(prediction, sum, slope);
            return value;
        }
    }

    private readonly struct OnLogitValues(float gamma, float alpha, float smoothing) : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            // With h = p × d value / d p the gradient is h - p Σh: no division by p, so nothing overflows.
            var (largest, logSum) = LogSoftmax.Of(prediction, []);
            float value = 0, all = 0;
            for (int i = 0; i < prediction.Length; i++)
            {
                float t = alpha * (target[i] * (1 - smoothing) + smoothing / prediction.Length);
                float log = prediction[i] - largest - logSum, p = Exponentials.Exp(log), rest = MathF.Max(1 - p, 1e-30f);
                float factor = Clip.Power(rest, gamma);
                if (t != 0) value -= t * factor * log;
                if (slope.IsEmpty) continue;
                slope[i] = t == 0 ? 0 : t * (gamma * factor / rest * p * log - factor);
                all += slope[i];
            }

            for (int i = 0; i < slope.Length; i++) slope[i] -= Exponentials.Exp(prediction[i] - largest - logSum) * all;
            return value;
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.CategoricalFocalCrossentropy"/>.</summary>
    public static readonly Entry<Loss> CategoricalFocalCrossentropy = Add("categorical_focal_crossentropy", "categorical cross-entropy in which easy answers count little", new CategoricalFocalCrossentropy(),
        Setting<Loss>.Number<CategoricalFocalCrossentropy>("gamma", "focusing exponent", get: x => x.Gamma, set: (x, v) => x with { Gamma = v }, minimum: 0),
        Setting<Loss>.Number<CategoricalFocalCrossentropy>("alpha", "factor of the whole", get: x => x.Alpha, set: (x, v) => x with { Alpha = v }, above: 0),
        Setting<Loss>.Flag<CategoricalFocalCrossentropy>("from_logits", "the predictions are logits, not probabilities", get: x => x.FromLogits, set: (x, v) => x with { FromLogits = v }),
        Setting<Loss>.Number<CategoricalFocalCrossentropy>("label_smoothing", "how far targets are moved towards the uniform distribution",
            get: x => x.LabelSmoothing, set: (x, v) => x with { LabelSmoothing = v }, minimum: 0, maximum: 1));
}
