using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Logarithm of the hyperbolic cosine of the error: like Huber, but smooth everywhere.</summary>
/// <remarks>
/// value = mean of log cosh e = |e| + log(1 + e^(−2|e|)) − log 2, with e = prediction − target; about e² / 2 near 0 and |e| − log 2 far off.
/// Finite for every finite error. The slope is tanh e.
/// </remarks>
public sealed record LogCosh : Loss
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
            var size = Vector256.Abs(error);
            var decay = Exponentials.Exp(-2f * size);
            var value = size + Exponentials.Log(Vector256<float>.One + decay) - Vector256.Create(0.69314718f);
            var slope = Vector256.CopySign((Vector256<float>.One - decay) / (Vector256<float>.One + decay), error);
            return (value, slope);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.LogCosh"/>.</summary>
    public static readonly Entry<Loss> LogCosh = Add("log_cosh", "logarithm of the hyperbolic cosine of the error", new LogCosh()).Alias("logcosh");
}
