using System.Runtime.Intrinsics;
using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Mean of the squared errors: for numbers, when large errors are much worse than small ones.</summary>
/// <remarks>value = (1 / width) Σ (p − t)², with p the prediction and t the target; in the square of the target's unit.</remarks>
public sealed record MeanSquaredError : Loss
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
            return (error * error, error + error);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.MeanSquaredError"/>.</summary>
    public static readonly Entry<Loss> MeanSquaredError = Add("mean_squared_error", "mean of the squared errors", new MeanSquaredError()).Alias("mse");
}
