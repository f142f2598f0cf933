using System.Runtime.Intrinsics;
using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Squared margin loss for yes or no: nothing once the answer is right by a margin of 1, and smooth there.</summary>
/// <remarks>
/// value = mean of max(1 − t p, 0)², with p the prediction (any number, its sign is the answer) and t the target, −1 or 1. By default 0 is read as −1, too.
/// Differs from Keras, which reads 0 as −1 only when all targets of the batch are 0 or 1: here a row's loss does not depend on its neighbours.
/// </remarks>
/// <param name="ZeroIsNo">A target of 0 means −1. False: targets count as they are, and one of 0 costs 1 whatever is predicted.</param>
public sealed record SquaredHinge(bool ZeroIsNo = true) : Loss
{
    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, -1, 1, "must be -1 or 1, or 0 or 1");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => ElementLoss.Evaluate(new Formula(ZeroIsNo ? -1 : 0), in rows);

    private readonly struct Formula(float zero) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var sign = Signs.Of(target, zero);
            var margin = Vector256.Max(Vector256<float>.One - sign * prediction, Vector256<float>.Zero);
            return (margin * margin, -2f * sign * margin);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.SquaredHinge"/>.</summary>
    public static readonly Entry<Loss> SquaredHinge = Add("squared_hinge", "squared margin loss for yes or no", new SquaredHinge(),
        Setting<Loss>.Flag<SquaredHinge>("zero_is_no", "a target of 0 means -1", get: x => x.ZeroIsNo, set: (x, v) => x with { ZeroIsNo = v }));
}
