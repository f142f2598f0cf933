using System.Runtime.Intrinsics;
using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Mean of the absolute errors in percent of the target: for positive numbers of very different size.</summary>
/// <remarks>
/// value = mean of 100 |p − t| / max(|t|, 1e-7). A target of 0 makes it huge: up to 1e9 times the error.
/// </remarks>
public sealed record MeanAbsolutePercentageError : Loss
{
    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => ElementLoss.Evaluate(new Formula(), in rows);

    private readonly struct Formula : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var scale = Vector256.Create(100f) / Vector256.Max(Vector256.Abs(target), Vector256.Create(Clip.Epsilon));
            var error = prediction - target;
            var sign = Vector256.ConditionalSelect(Vector256.Equals(error, Vector256<float>.Zero), Vector256<float>.Zero, Vector256.CopySign(Vector256<float>.One, error));
            return (scale * Vector256.Abs(error), scale * sign);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.MeanAbsolutePercentageError"/>.</summary>
    public static readonly Entry<Loss> MeanAbsolutePercentageError = Add("mean_absolute_percentage_error", "mean of the absolute errors in percent of the target", new MeanAbsolutePercentageError()).Alias("mape");
}
