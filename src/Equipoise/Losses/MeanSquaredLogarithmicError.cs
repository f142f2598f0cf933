using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Mean of the squared differences of logarithms: for counts and amounts, when ratios matter.</summary>
/// <remarks>
/// value = mean of (log(1 + p) − log(1 + t))², p and t first raised to at least 1e-7, so that negative numbers count as 0.
/// The gradient is 0 for predictions below 1e-7: use an output that cannot be negative, such as softplus.
/// </remarks>
public sealed record MeanSquaredLogarithmicError : Loss
{
    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => ElementLoss.Evaluate(new Formula(), in rows);

    private readonly struct Formula : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var floor = Vector256.Create(Clip.Epsilon);
            var shifted = Vector256.Max(prediction, floor) + Vector256<float>.One;
            var error = Exponentials.Log(shifted) - Exponentials.Log(Vector256.Max(target, floor) + Vector256<float>.One);
            var slope = Vector256.ConditionalSelect(Vector256.LessThan(prediction, floor), Vector256<float>.Zero, 2f * error / shifted);
            return (error * error, slope);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.MeanSquaredLogarithmicError"/>.</summary>
    public static readonly Entry<Loss> MeanSquaredLogarithmicError = Add("mean_squared_logarithmic_error", "mean of the squared differences of the logarithms", new MeanSquaredLogarithmicError()).Alias("msle");
}
