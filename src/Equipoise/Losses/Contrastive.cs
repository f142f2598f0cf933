using System.Runtime.Intrinsics;
using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Pulls pairs that belong together and pushes others apart until a margin: for Siamese models that end in a distance.</summary>
/// <remarks>
/// value = mean of ½ d² for pairs that belong together and ½ max(0, margin − d)² for others, with d the predicted distance, 0 or more (see the layer euclidean_distance). Both conventions of labels are in
/// use: <paramref name="Similar"/> says which number means together; labels between mix both parts. Unit: that of the distance, squared.
/// Slope d for pairs together, d − margin for others nearer than the margin, 0 beyond. For pairs apart the slope to the vectors vanishes where they coincide, since the distance has none there: do not begin
/// with all vectors equal. Not for cosine similarities: give a distance.
/// Metrics see 1 − d where 1 means together, and d where 0 does, so that more is nearer to 1, and ½ is a distance of ½.
/// Source: Hadsell, Chopra and LeCun, "Dimensionality reduction by learning an invariant mapping", 2006, equation 4 (there 0 means together).
/// </remarks>
/// <param name="Margin">Distance from which pairs apart cost nothing, above 0.</param>
/// <param name="Similar">The label of pairs that belong together.</param>
public sealed record Contrastive(double Margin = 1, SimilarLabel Similar = SimilarLabel.One) : Loss
{
    /// <inheritdoc/>
    public override bool PredictsTarget => false;

    /// <inheritdoc/>
    public override OutputLink Link => Similar == SimilarLabel.One ? OutputLink.Nearness : OutputLink.Identity;

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, 0, 1, "must be 0 or 1, or between");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => ElementLoss.Evaluate(new Formula((float)Margin, Similar == SimilarLabel.One), in rows);

    private readonly struct Formula(float margin, bool oneIsSimilar) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var together = oneIsSimilar ? target : Vector256<float>.One - target;
            var apart = Vector256<float>.One - together;
            var missing = Vector256.Max(Vector256.Create(margin) - prediction, Vector256<float>.Zero);
            return (0.5f * ((together * prediction * prediction) + (apart * missing * missing)), (together * prediction) - (apart * missing));
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Contrastive"/>.</summary>
    public static readonly Entry<Loss> Contrastive = Add("contrastive", "pairs together or apart, from their distance", new Contrastive(),
        Setting<Loss>.Number<Contrastive>("margin", "distance from which pairs apart cost nothing", get: x => x.Margin, set: (x, v) => x with { Margin = v }, above: 0),
        Setting<Loss>.Choice<Contrastive, SimilarLabel>("similar", "which label means together", get: x => x.Similar, set: (x, v) => x with { Similar = v }));
}
