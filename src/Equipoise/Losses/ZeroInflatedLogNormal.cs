using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>For amounts of which most are 0 and the rest very skew, such as what a customer will spend: whether there is any, and how much if so.</summary>
/// <remarks>
/// Prediction [items, 3]: z, μ and r; target one amount t ≥ 0. With p = σ(z) and the deviation s = max(softplus(r), 1e-3):
/// value = −log(1 − p) where t = 0; −log p + log t + log s + ½ log 2π + (log t − μ)² / (2 s²) where t &gt; 0.
/// Metrics and predictions see the expected amount, p e^(μ + s²/2): <see cref="Mean"/>. The value changes by log of the unit of t for rows with t &gt; 0, and can be negative.
/// Slopes: p − [t &gt; 0] to z, between −1 and 1; (μ − log t) / s² to μ, not bounded; (1/s − (log t − μ)² / s³) σ(r) to r. Not for amounts that may be negative, nor where zeros are as rare as a log-normal would have them.
/// Source: Wang, Liu and Miao, "A deep probabilistic model for customer lifetime value prediction", 2019, equation 3. Differs: the deviation has a least value.
/// </remarks>
public sealed record ZeroInflatedLogNormal : Loss
{
    private const float LeastDeviation = 1e-3f;
    private const float HalfLogTwoPi = 0.91893853f;

    /// <inheritdoc/>
    public override bool PredictsTarget => false;

    /// <inheritdoc/>
    public override int PointWidth(int width) => 1;

    /// <summary>The expected amount.</summary>
    public override void Point(ReadOnlySpan<float> prediction, Span<float> point) => point[0] = Mean(prediction);

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
        => predictionWidth == 3 ? 1 : throw new ArgumentOutOfRangeException(nameof(predictionWidth), $"zero_inflated_log_normal wants 3 predictions (logit of any, mean and deviation of the logarithm), but there are {predictionWidth}.");

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, 0, float.MaxValue, "must be an amount, 0 or more");

    /// <summary>The expected amount of one prediction.</summary>
    public static float Mean(ReadOnlySpan<float> prediction)
    {
        float s = Math.Max(Exponentials.Softplus(prediction[2]), LeastDeviation);
        return Exponentials.Sigmoid(prediction[0]) * Exponentials.Exp(prediction[1] + (s * s / 2));
    }

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => RowLoss.Evaluate(new Formula(), in rows, 1);

    private readonly struct Formula : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            float z = prediction[0], t = target[0], s = Exponentials.Softplus(prediction[2]);
            bool any = t > 0, clipped = s < LeastDeviation;
            if (clipped) s = LeastDeviation;
            float logT = any ? Exponentials.Log(t) : 0, distance = (logT - prediction[1]) / s;
            if (!slope.IsEmpty)
            {
                slope[0] = Exponentials.Sigmoid(z) - (any ? 1 : 0);
                slope[1] = any ? -distance / s : 0;
                slope[2] = any && !clipped ? (1 - (distance * distance)) / s * Exponentials.Sigmoid(prediction[2]) : 0;
            }

            float value = Exponentials.Softplus(any ? -z : z);
            return any ? value + logT + Exponentials.Log(s) + HalfLogTwoPi + (distance * distance / 2) : value + (0 * prediction[1]) + (0 * prediction[2]);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.ZeroInflatedLogNormal"/>.</summary>
    public static readonly Entry<Loss> ZeroInflatedLogNormal = Add("zero_inflated_log_normal", "for amounts of which most are 0 and the rest very skew", new ZeroInflatedLogNormal());
}
