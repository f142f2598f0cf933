using System.Runtime.Intrinsics;
using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>The pinball loss: the prediction becomes the value that a given share of the targets stays below. Several shares give an interval.</summary>
/// <remarks>
/// value = mean of q e where e ≥ 0 and (q − 1) e below, with e = target − prediction. q = 0.5 is half the absolute error. Unit: that of the target.
/// Slope −q or 1 − q, 0 at the target, so between −1 and 1 whatever the error.
/// With one quantile any width, targets as wide. With several the prediction has one number for each quantile and the target one number; nothing keeps the numbers in order: where they cross,
/// sort them after predicting. Metrics then see the quantile nearest to ½, those of intervals see all. Not for the mean: of skew targets the median is another number.
/// Source: Koenker and Bassett, "Regression quantiles", 1978, equation 2.2.
/// </remarks>
/// <param name="Quantiles">Shares, each above 0 and below 1.</param>
public sealed record Quantile(params IReadOnlyList<double> Quantiles) : Loss
{
    /// <summary>The median.</summary>
    public Quantile() : this([0.5]) { }

    /// <inheritdoc/>
    public override bool SeesErrorsOnly => true;

    /// <inheritdoc/>
    public override bool PredictsTarget => Quantiles.Count == 1;

    /// <inheritdoc/>
    public override bool PredictsQuantiles => Quantiles.Count > 1;

    /// <summary>Which of the quantiles is nearest to ½; of two as near the first.</summary>
    public int Middle
    {
        get
        {
            int best = 0;
            for (int i = 1; i < Quantiles.Count; i++)
            {
                if (Math.Abs(Quantiles[i] - 0.5) < Math.Abs(Quantiles[best] - 0.5)) best = i;
            }

            return best;
        }
    }

    /// <inheritdoc/>
    public override int PointWidth(int width) => PredictsQuantiles ? 1 : width;

    /// <summary>With several quantiles that nearest to ½.</summary>
    public override void Point(ReadOnlySpan<float> prediction, Span<float> point)
    {
        if (PredictsQuantiles) point[0] = prediction[Middle];
        else base.Point(prediction, point);
    }

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        foreach (double share in Quantiles)
        {
            if (share is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(predictionWidth), $"quantile has a quantile of {Require.Text(share)}, but each must be above 0 and below 1.");
        }

        if (Quantiles.Count == 0) throw new ArgumentOutOfRangeException(nameof(predictionWidth), "quantile needs at least one quantile.");
        if (Quantiles.Count == 1) return base.TargetWidth(predictionWidth);
        return predictionWidth == Quantiles.Count ? 1 : throw new ArgumentOutOfRangeException(nameof(predictionWidth), $"quantile has {Quantiles.Count} quantiles and so wants as many predictions, but there are {predictionWidth}.");
    }

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        if (Quantiles.Count == 1) ElementLoss.Evaluate(new OfOne((float)Quantiles[0]), in rows);
        else RowLoss.Evaluate(new OfSeveral(Quantiles), in rows, 1);
    }

    /// <summary>Whether the quantiles are the same.</summary>
    public bool Equals(Quantile? other) => other is not null && Quantiles.SequenceEqual(other.Quantiles);

    /// <inheritdoc/>
    public override int GetHashCode() => Quantiles.Count == 0 ? 0 : HashCode.Combine(Quantiles.Count, Quantiles[0]);

    private readonly struct OfOne(float share) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var error = target - prediction;
            var above = Vector256.Create(share);
            var factor = Vector256.ConditionalSelect(Vector256.LessThan(error, Vector256<float>.Zero), above - Vector256<float>.One, above);
            return (factor * error, Vector256.ConditionalSelect(Vector256.Equals(error, Vector256<float>.Zero), Vector256<float>.Zero, -factor));
        }
    }

    private readonly struct OfSeveral(IReadOnlyList<double> shares) : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            float value = 0, each = 1f / prediction.Length;
            for (int i = 0; i < prediction.Length; i++)
            {
                float error = target[0] - prediction[i], factor = (float)shares[i] - (error < 0 ? 1 : 0);
                value += factor * error * each;
                if (!slope.IsEmpty) slope[i] = error == 0 ? 0 : -factor * each;
            }

            return value;
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Quantile"/>.</summary>
    public static readonly Entry<Loss> Quantile = Add("quantile", "the value that a share of the targets stays below", new Quantile(),
        Setting<Loss>.Numbers<Quantile>("quantiles", "shares; one number, or one for each number of the prediction", get: x => x.Quantiles, set: (x, v) => new Quantile([.. v]), minimum: 0, maximum: 1)).Alias("pinball");
}
