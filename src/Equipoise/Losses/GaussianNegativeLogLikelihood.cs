using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>The prediction is a mean and a variance: for numbers whose error differs from row to row and shall be told with them.</summary>
/// <remarks>
/// value = mean over numbers of (log v + (m − t)² / v) / 2, with v = max(e^s, <paramref name="MinimumVariance"/>); ½ log 2π is left out. Prediction [items, 2·n]: n means m, then n logarithms of variances s;
/// target [items, n]. Dimensionless: a change of the unit of t adds a constant. It can be negative, and is least where v is the mean squared error.
/// Slopes (m − t) / v, not bounded: up to the error / <paramref name="MinimumVariance"/>; and (1 − (m − t)² / v) / 2, below ½, to s; 0 to s where v is clipped.
/// Standardise the target, so that the start (s = 0, v = 1) is right. Not for targets with gross outliers: they make v large for their neighbours.
/// Source: Nix and Weigend, "Estimating the mean and variance of the target probability distribution", 1994, equation 4.
/// </remarks>
/// <param name="MinimumVariance">Least variance, above 0; unit of the target, squared.</param>
public sealed record GaussianNegativeLogLikelihood(double MinimumVariance = 1e-6) : Loss
{
    /// <inheritdoc/>
    public override bool SeesErrorsOnly => true;

    /// <inheritdoc/>
    public override bool PredictsTarget => false;

    /// <inheritdoc/>
    public override int PointWidth(int width) => width / 2;

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth) => predictionWidth > 0 && predictionWidth % 2 == 0
        ? predictionWidth / 2
        : throw new ArgumentOutOfRangeException(nameof(predictionWidth), $"gaussian_negative_log_likelihood wants a mean and a logarithm of a variance for each target, so an even number of predictions, but there are {predictionWidth}.");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => RowLoss.Evaluate(new Formula((float)MinimumVariance), in rows, rows.Width / 2);

    private readonly struct Formula(float minimum) : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            int count = target.Length;
            float value = 0, each = 1f / count, leastLog = Exponentials.Log(minimum);
            for (int i = 0; i < count; i++)
            {
                float error = prediction[i] - target[i], log = prediction[count + i];
                bool clipped = log < leastLog;
                if (clipped) log = leastLog;
                // The error is divided before it is squared: however large both, none of them is lost.
                float root = Exponentials.Exp(-log / 2), scaled = error * root, share = scaled * scaled;
                value += (log + share) / 2 * each;
                if (slope.IsEmpty) continue;
                slope[i] = scaled * root * each;
                slope[count + i] = clipped ? 0 : (1 - share) / 2 * each;
            }

            return value;
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.GaussianNegativeLogLikelihood"/>.</summary>
    public static readonly Entry<Loss> GaussianNegativeLogLikelihood = Add("gaussian_negative_log_likelihood", "for a predicted mean and variance", new GaussianNegativeLogLikelihood(),
        Setting<Loss>.Number<GaussianNegativeLogLikelihood>("minimum_variance", "least variance", get: x => x.MinimumVariance, set: (x, v) => x with { MinimumVariance = v }, above: 0)).Alias("gaussian_nll");
}
