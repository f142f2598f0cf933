using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>One minus twice the overlap over the sizes: for sets of labels of which few are true.</summary>
/// <remarks>
/// value = 1 − 2 Σ t p / (Σ t + Σ p + 1e-7) over the numbers of an item; p are probabilities. Nothing wanted and nothing predicted costs 1, as in Keras.
/// Source: Milletari et al., "V-Net: Fully Convolutional Neural Networks for Volumetric Medical Image Segmentation", 2016 (with squares there).
/// Differs from Keras: sums go over one item, not the whole batch, so that a row's loss does not depend on its neighbours.
/// </remarks>
public sealed record Dice : Loss
{
    /// <inheritdoc/>
    public override bool WantsProbabilities => true;

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, 0, 1, "must be 0 or 1, or between");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => RowLoss.Evaluate(new Formula(), in rows, rows.Width);

    private readonly struct Formula : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            float hits = 0, sizes = Clip.Epsilon;
            for (int i = 0; i < prediction.Length; i++)
            {
                hits += target[i] * prediction[i];
                sizes += target[i] + prediction[i];
            }

            float overlap = 2 * hits / sizes;
            for (int i = 0; i < slope.Length; i++) slope[i] = (overlap - 2 * target[i]) / sizes;
            return 1 - overlap;
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Dice"/>.</summary>
    public static readonly Entry<Loss> Dice = Add("dice", "one minus twice the overlap over the sizes", new Dice());
}
