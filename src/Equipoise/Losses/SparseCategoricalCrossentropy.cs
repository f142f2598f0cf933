using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Cross-entropy of one answer out of several, with targets as class numbers from 0.</summary>
/// <remarks>
/// The same values as <see cref="CategoricalCrossentropy"/> on one-hot targets: −log p[class] on probabilities, −log softmax(z)[class] on logits.
/// Predictions [items, width], width at least 2; targets [items, 1]. A target that is no class number below width gives NaN.
/// An item of the ignored class has no target: value and gradient are 0, whatever its share, and who calls must keep it out of the divisor.
/// </remarks>
/// <param name="FromLogits">The predictions are logits, not probabilities.</param>
/// <param name="LabelSmoothing">How far targets are moved towards the uniform distribution, 0 to 1.</param>
/// <param name="IgnoreClass">A class number whose items do not count, such as -1 or the number of a padding; null for none.</param>
public sealed record SparseCategoricalCrossentropy(bool FromLogits = false, double LabelSmoothing = 0, int? IgnoreClass = null) : Loss
{
    /// <inheritdoc/>
    public override OutputLink Link => FromLogits ? OutputLink.Softmax : OutputLink.Identity;

    /// <inheritdoc/>
    public override Loss? OnLogits => FromLogits ? null : this with { FromLogits = true };

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        ClassTargets.RequireClasses(predictionWidth, "sparse_categorical_crossentropy");
        return 1;
    }

    /// <inheritdoc/>
    public override bool HasTarget(ReadOnlySpan<float> target) => base.HasTarget(target) && !(IgnoreClass is { } ignored && target[0] == ignored);

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => ClassTargets.IndexFault(target, predictionWidth);

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        float ignored = IgnoreClass ?? float.NaN;
        if (FromLogits) RowLoss.Evaluate(new OnLogitValues((float)LabelSmoothing, ignored), in rows, 1);
        else RowLoss.Evaluate(new OnProbabilities((float)LabelSmoothing, ignored), in rows, 1);
    }

    private readonly struct OnProbabilities(float smoothing, float ignored) : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            slope.Clear();
            if (target[0] == ignored) return 0;
            if (!ClassTargets.IsClass(target[0], prediction.Length)) return float.NaN;
            float sum = ClassTargets.Sum(prediction), value = 0;
            int wanted = (int)target[0];
            for (int i = 0; i < prediction.Length; i++)
            {
                float t = (i == wanted ? 1 - smoothing : 0) + smoothing / prediction.Length;
                if (t == 0) continue;
                float q = prediction[i] / sum, clipped = Clip.Probability(q);
                value -= t * Exponentials.Log(clipped);
                if (!slope.IsEmpty) slope[i] = clipped == q ? -t / q : 0;
            }

            ClassTargets.ThroughNormalisation(prediction, sum, slope);
            return value;
        }
    }

    private readonly struct OnLogitValues(float smoothing, float ignored) : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            bool counts = target[0] != ignored;
            if (!counts || !ClassTargets.IsClass(target[0], prediction.Length))
            {
                slope.Clear();
                return counts ? float.NaN : 0;
            }

            int wanted = (int)target[0];
            var (largest, logSum) = LogSoftmax.Of(prediction, slope);
            float value = (1 - smoothing) * (largest - prediction[wanted]) + logSum;
            if (smoothing > 0)
            {
                float each = smoothing / prediction.Length;
                foreach (float number in prediction) value += each * (largest - number);
                foreach (ref float number in slope) number -= each;
            }

            if (!slope.IsEmpty) slope[wanted] -= 1 - smoothing;
            return value;
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.SparseCategoricalCrossentropy"/>.</summary>
    public static readonly Entry<Loss> SparseCategoricalCrossentropy = Add("sparse_categorical_crossentropy", "cross-entropy of one answer out of several, targets as class numbers", new SparseCategoricalCrossentropy(),
        Setting<Loss>.Flag<SparseCategoricalCrossentropy>("from_logits", "the predictions are logits, not probabilities", get: x => x.FromLogits, set: (x, v) => x with { FromLogits = v }),
        Setting<Loss>.Number<SparseCategoricalCrossentropy>("label_smoothing", "how far targets are moved towards the uniform distribution",
            get: x => x.LabelSmoothing, set: (x, v) => x with { LabelSmoothing = v }, minimum: 0, maximum: 1),
        Setting<Loss>.OptionalNumber<SparseCategoricalCrossentropy>("ignore_class", "class number whose items do not count",
            get: x => x.IgnoreClass, set: (x, v) => x with { IgnoreClass = (int?)v }));
}
