using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>For classes in an order: one hidden score and thresholds on it, as in ordered logistic regression.</summary>
/// <remarks>
/// Prediction [items, K − 1], logits z of P(t ≤ k), rising with k: the layer ordinal_thresholds makes them of one score. Target [items, 1], the class 0 to K − 1.
/// value = −log(σ(z_t) − σ(z_(t−1))), with z_(−1) = −∞ and z_(K−1) = ∞; in nats. A difference below 1e-7, also where the logits do not rise, counts as 1e-7 and has no slope.
/// Slopes −σ′(z_t) / P to z_t and σ′(z_(t−1)) / P to z_(t−1): between −1 and 1 at the outer classes, at inner classes as large as 1 over the distance of the thresholds.
/// Metrics and predictions see P(t = k), K probabilities, and the class shown is the most probable one; the middle one is the number of P(t ≤ k) at most ½: <see cref="Rank"/>. Not for classes whose order matters differently from row to row: all rows share the thresholds.
/// Source: McCullagh, "Regression models for ordinal data", 1980, equation 2.1 (proportional odds).
/// </remarks>
public sealed record CumulativeLink : Loss
{
    /// <inheritdoc/>
    public override bool PredictsTarget => false;

    /// <inheritdoc/>
    public override OutputLink Link => OutputLink.Sigmoid;

    /// <inheritdoc/>
    public override int PointWidth(int width) => width + 1;

    /// <summary>P(t = k) for each class; 0 where P(t ≤ k) does not rise.</summary>
    public override void Point(ReadOnlySpan<float> prediction, Span<float> point)
    {
        for (int k = 0; k < point.Length; k++)
        {
            point[k] = Math.Max((k < prediction.Length ? prediction[k] : 1) - (k > 0 ? prediction[k - 1] : 0), 0);
        }
    }

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(predictionWidth, 1);
        return 1;
    }

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => ClassTargets.IndexFault(target, predictionWidth + 1);

    /// <summary>The class that probabilities P(t ≤ k), as predictions are shown, mean.</summary>
    public static int Rank(ReadOnlySpan<float> cumulative)
    {
        int rank = 0;
        foreach (float probability in cumulative) rank += probability <= 0.5f ? 1 : 0;
        return rank;
    }

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => RowLoss.Evaluate(new Formula(), in rows, 1);

    private readonly struct Formula : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            slope.Clear();
            if (!ClassTargets.IsClass(target[0], prediction.Length + 1)) return float.NaN;
            int wanted = (int)target[0];
            // The outer classes without a difference: exact however far off.
            if (wanted == 0)
            {
                if (!slope.IsEmpty) slope[0] = Exponentials.Sigmoid(prediction[0]) - 1;
                return Exponentials.Softplus(-prediction[0]);
            }

            if (wanted == prediction.Length)
            {
                if (!slope.IsEmpty) slope[^1] = Exponentials.Sigmoid(prediction[^1]);
                return Exponentials.Softplus(prediction[^1]);
            }

            // Both on the side of 0 where the sigmoids are small, so that their difference keeps its digits.
            float upper = prediction[wanted], lower = prediction[wanted - 1];
            if (float.IsNaN(upper + lower)) return float.NaN;
            bool turned = upper + lower > 0;
            float high = Exponentials.Sigmoid(turned ? -lower : upper), low = Exponentials.Sigmoid(turned ? -upper : lower), p = high - low;
            if (!(p > Clip.Epsilon)) return -Exponentials.Log(Clip.Epsilon);
            if (!slope.IsEmpty)
            {
                float atHigh = high * (1 - high) / p, atLow = low * (1 - low) / p;
                slope[wanted] = -(turned ? atLow : atHigh);
                slope[wanted - 1] = turned ? atHigh : atLow;
            }

            return -Exponentials.Log(p);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.CumulativeLink"/>.</summary>
    public static readonly Entry<Loss> CumulativeLink = Add("cumulative_link", "for classes in an order: one score and thresholds", new CumulativeLink());
}
