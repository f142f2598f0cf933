using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Minus the cosine of the angle between prediction and target: for vectors of which only the direction matters.</summary>
/// <remarks>value = −Σ t p / (max(|t|, 1e-7) max(|p|, 1e-7)), −1 at best and 1 at worst; a zero vector gives 0.</remarks>
public sealed record CosineSimilarity : Loss
{
    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => RowLoss.Evaluate(new Formula(), in rows, rows.Width);

    private readonly struct Formula : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            float inner = 0, squaredPrediction = 0, squaredTarget = 0;
            for (int i = 0; i < prediction.Length; i++)
            {
                inner += target[i] * prediction[i];
                squaredPrediction += prediction[i] * prediction[i];
                squaredTarget += target[i] * target[i];
            }

            float length = MathF.Sqrt(squaredPrediction);
            float p = MathF.Max(length, Clip.Epsilon), t = MathF.Max(MathF.Sqrt(squaredTarget), Clip.Epsilon), cosine = inner / (p * t);
            for (int i = 0; i < slope.Length; i++) slope[i] = ((length > Clip.Epsilon ? cosine * prediction[i] / p : 0) - target[i] / t) / p;
            return -cosine;
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.CosineSimilarity"/>.</summary>
    public static readonly Entry<Loss> CosineSimilarity = Add("cosine_similarity", "minus the cosine between prediction and target", new CosineSimilarity());
}
