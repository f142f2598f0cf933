using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Margin loss of one answer out of several: nothing once the right one leads the best wrong one by 1; targets one-hot.</summary>
/// <remarks>
/// value = max(best wrong − right + 1, 0), with right = Σ t p and best wrong = max over classes of (1 − t) p.
/// Of equally good wrong classes the first takes the gradient (Keras divides it among them). Width at least 2.
/// </remarks>
public sealed record CategoricalHinge : Loss
{
    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        ClassTargets.RequireClasses(predictionWidth, "categorical_hinge");
        return predictionWidth;
    }

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, 0, 1, "a share of a class must be from 0 to 1");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => RowLoss.Evaluate(new Formula(), in rows, rows.Width);

    private readonly struct Formula : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            int best = 0;
            float wrong = float.NegativeInfinity, right = 0;
            for (int i = 0; i < prediction.Length; i++)
            {
                float candidate = (1 - target[i]) * prediction[i];
                right += target[i] * prediction[i];
                if (candidate > wrong) (wrong, best) = (candidate, i);
            }

            float margin = wrong - right + 1;
            if (slope.IsEmpty) return MathF.Max(margin, 0);
            slope.Clear();
            if (margin > 0)
            {
                for (int i = 0; i < slope.Length; i++) slope[i] = -target[i];
                slope[best] += 1 - target[best];
            }

            return MathF.Max(margin, 0);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.CategoricalHinge"/>.</summary>
    public static readonly Entry<Loss> CategoricalHinge = Add("categorical_hinge", "margin loss of one answer out of several, targets one-hot", new CategoricalHinge());
}
