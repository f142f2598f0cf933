using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Poisson deviance without its constant: for counts.</summary>
/// <remarks>
/// value = mean of p − t log(p + 1e-7), with p the predicted rate, wanted positive, and t the count. With <paramref name="LogInput"/> the
/// prediction is z = log p and value = mean of e^z − t z: no output can be wrong, and nothing is clipped.
/// It can be negative: its least value, at p = t, is t − t log t. A negative rate gives NaN.
/// </remarks>
/// <param name="LogInput">The predictions are logarithms of rates.</param>
public sealed record Poisson(bool LogInput = false) : Loss
{
    /// <inheritdoc/>
    public override OutputLink Link => LogInput ? OutputLink.Exponential : OutputLink.Identity;

    /// <inheritdoc/>
    public override Loss? OnLogits => LogInput ? null : this with { LogInput = true };

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, 0, float.MaxValue, "must be a count, 0 or more");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        if (LogInput) ElementLoss.Evaluate(new OnLogRates(), in rows);
        else ElementLoss.Evaluate(new OnRates(), in rows);
    }

    private readonly struct OnRates : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var shifted = prediction + Vector256.Create(Clip.Epsilon);
            return (prediction - target * Exponentials.Log(shifted), Vector256<float>.One - target / shifted);
        }
    }

    private readonly struct OnLogRates : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var rate = Exponentials.Exp(prediction);
            return (rate - target * prediction, rate - target);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Poisson"/>.</summary>
    public static readonly Entry<Loss> Poisson = Add("poisson", "for counts: rate minus count times log rate", new Poisson(),
        Setting<Loss>.Flag<Poisson>("log_input", "the predictions are logarithms of rates", get: x => x.LogInput, set: (x, v) => x with { LogInput = v }));
}
