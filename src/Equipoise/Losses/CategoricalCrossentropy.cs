using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Cross-entropy of one answer out of several, with targets as one-hot rows or as probabilities.</summary>
/// <remarks>
/// On probabilities: value = −Σ t log p, p first divided by its sum, then clipped to [1e-7, 1 − 1e-7]; no gradient passes where it is clipped.
/// On logits z: value = −Σ t log softmax(z), gradient softmax(z) Σt − t; nothing is clipped, and a logit of −∞ with target 0 counts nothing.
/// t is the target after smoothing t (1 − s) + s / width. Predictions and targets [items, width], width at least 2.
/// </remarks>
/// <param name="FromLogits">The predictions are logits, not probabilities.</param>
/// <param name="LabelSmoothing">How far targets are moved towards the uniform distribution, 0 to 1.</param>
public sealed record CategoricalCrossentropy(bool FromLogits = false, double LabelSmoothing = 0) : Loss
{
    /// <inheritdoc/>
    public override OutputLink Link => FromLogits ? OutputLink.Softmax : OutputLink.Identity;

    /// <inheritdoc/>
    public override Loss? OnLogits => FromLogits ? null : this with { FromLogits = true };

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        ClassTargets.RequireClasses(predictionWidth, "categorical_crossentropy");
        return predictionWidth;
    }

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, 0, 1, "a share of a class must be from 0 to 1");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        if (FromLogits) RowLoss.Evaluate(new OnLogitValues((float)LabelSmoothing), in rows, rows.Width);
        else RowLoss.Evaluate(new OnProbabilities((float)LabelSmoothing), in rows, rows.Width);
    }

    private readonly struct OnProbabilities(float smoothing) : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            float sum = ClassTargets.Sum(prediction), value = 0;
            for (int i = 0; i < prediction.Length; i++)
            {
                float t = target[i] * (1 - smoothing) + smoothing / prediction.Length;
                float q = prediction[i] / sum, clipped = Clip.Probability(q);
                value -= t * Exponentials.Log(clipped);
                if (!slope.IsEmpty) slope[i] = clipped == q ? -t / q : 0;
            }

            ClassTargets.ThroughNormalisation(prediction, sum, slope);
            return value;
        }
    }

    private readonly struct OnLogitValues(float smoothing) : IRowFormula
    {
        private static readonly int LaneCount = Vector256<float>.Count;

        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            var (largest, logSum) = LogSoftmax.Of(prediction, slope);
            float value = 0, all = 0, rest = 1 - smoothing, each = smoothing / prediction.Length;
            for (int i = 0; i < prediction.Length; i++)
            {
                // Most targets are 0, and count nothing: eight at a time they are passed over.
                while (smoothing == 0 && i + LaneCount <= target.Length && Vector256.EqualsAll(Vector256.Create(target[i..]), Vector256<float>.Zero)) i += LaneCount;
                if (i >= prediction.Length) break;
                float t = target[i] * rest + each;
                if (t == 0) continue;
                value += t * (largest - prediction[i]);
                all += t;
            }

            TakeTargets(target, rest, each, all, slope);
            return value + all * logSum;
        }

        /// <summary>softmax(z) Σt − t.</summary>
        private static void TakeTargets(ReadOnlySpan<float> target, float rest, float each, float all, Span<float> slope)
        {
            int i = 0;
            for (; i + LaneCount <= slope.Length; i += LaneCount) (all * Vector256.Create((ReadOnlySpan<float>)slope[i..]) - (Vector256.Create(target[i..]) * rest + Vector256.Create(each))).CopyTo(slope[i..]);
            for (; i < slope.Length; i++) slope[i] = all * slope[i] - (target[i] * rest + each);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.CategoricalCrossentropy"/>.</summary>
    public static readonly Entry<Loss> CategoricalCrossentropy = Add("categorical_crossentropy", "cross-entropy of one answer out of several, targets one-hot", new CategoricalCrossentropy(),
        Setting<Loss>.Flag<CategoricalCrossentropy>("from_logits", "the predictions are logits, not probabilities", get: x => x.FromLogits, set: (x, v) => x with { FromLogits = v }),
        Setting<Loss>.Number<CategoricalCrossentropy>("label_smoothing", "how far targets are moved towards the uniform distribution",
            get: x => x.LabelSmoothing, set: (x, v) => x with { LabelSmoothing = v }, minimum: 0, maximum: 1));
}
