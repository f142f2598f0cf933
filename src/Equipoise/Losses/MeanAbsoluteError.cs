using System.Runtime.Intrinsics;
using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Mean of the absolute errors: for numbers, when a few far-off targets must not dominate.</summary>
/// <remarks>
/// value = (1 / width) Σ |p − t|, with p the prediction and t the target; in the target's unit. The gradient is 0 where p = t.
/// Its best constant prediction is the median, that of the squared error the mean.
/// </remarks>
public sealed record MeanAbsoluteError : Loss
{
    /// <inheritdoc/>
    public override bool SeesErrorsOnly => true;

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => ElementLoss.Evaluate(new Formula(), in rows);

    private readonly struct Formula : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var error = prediction - target;
            var sign = Vector256.CopySign(Vector256<float>.One, error);
            return (Vector256.Abs(error), Vector256.ConditionalSelect(Vector256.Equals(error, Vector256<float>.Zero), Vector256<float>.Zero, sign));
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.MeanAbsoluteError"/>.</summary>
    public static readonly Entry<Loss> MeanAbsoluteError = Add("mean_absolute_error", "mean of the absolute errors", new MeanAbsoluteError()).Alias("mae");
}
