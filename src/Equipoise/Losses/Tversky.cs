using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>One minus a ratio of overlap in which false alarms and misses have their own weights: for sets of labels of which few are true.</summary>
/// <remarks>
/// value = 1 − TP / (TP + alpha FP + beta FN + 1e-7), with TP = Σ t p, FP = Σ (1 − t) p, FN = Σ t (1 − p) over the numbers of an item; p are probabilities.
/// alpha = beta = 1/2 is close to <see cref="Dice"/>. An item without true labels costs 1 whatever is predicted, as in Keras: leave such items out, or use cross-entropy.
/// Source: Salehi et al., "Tversky Loss Function for Image Segmentation Using 3D Fully Convolutional Deep Networks", 2017, equation 3.
/// Differs from Keras: sums go over one item, not the whole batch, so that a row's loss does not depend on its neighbours.
/// </remarks>
/// <param name="Alpha">Weight of false alarms.</param>
/// <param name="Beta">Weight of misses.</param>
public sealed record Tversky(double Alpha = 0.5, double Beta = 0.5) : Loss
{
    /// <inheritdoc/>
    public override bool WantsProbabilities => true;

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, 0, 1, "must be 0 or 1, or between");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => RowLoss.Evaluate(new Formula((float)Alpha, (float)Beta), in rows, rows.Width);

    private readonly struct Formula(float alpha, float beta) : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            float hits = 0, alarms = 0, misses = 0;
            for (int i = 0; i < prediction.Length; i++)
            {
                hits += target[i] * prediction[i];
                alarms += (1 - target[i]) * prediction[i];
                misses += target[i] * (1 - prediction[i]);
            }

            float below = hits + alpha * alarms + beta * misses + Clip.Epsilon;
            for (int i = 0; i < slope.Length; i++)
            {
                float t = target[i], belowSlope = t + alpha * (1 - t) - beta * t;
                slope[i] = (hits / below * belowSlope - t) / below;
            }

            return 1 - hits / below;
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Tversky"/>.</summary>
    public static readonly Entry<Loss> Tversky = Add("tversky", "overlap of sets with weights for false alarms and misses", new Tversky(),
        Setting<Loss>.Number<Tversky>("alpha", "weight of false alarms", get: x => x.Alpha, set: (x, v) => x with { Alpha = v }, minimum: 0),
        Setting<Loss>.Number<Tversky>("beta", "weight of misses", get: x => x.Beta, set: (x, v) => x with { Beta = v }, minimum: 0));
}
