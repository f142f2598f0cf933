using System.Runtime.Intrinsics;
using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Squared margin loss for yes or no: nothing once the answer is right by a margin of 1, and smooth there.</summary>
/// <remarks>
/// value = mean of max(1 − t p, 0)², with p the prediction (any number, its sign is the answer) and t the target, −1 or 1; 0 is read as −1.
/// Differs from Keras: a 0 is always read as −1, not only when all targets of the batch are 0 or 1, so that a row's loss does not depend on its neighbours.
/// </remarks>
public sealed record SquaredHinge : Loss
{
    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, -1, 1, "must be -1 or 1, or 0 or 1");

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => ElementLoss.Evaluate(new Formula(), in rows);

    private readonly struct Formula : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var sign = Signs.Of(target);
            var margin = Vector256.Max(Vector256<float>.One - sign * prediction, Vector256<float>.Zero);
            return (margin * margin, -2f * sign * margin);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.SquaredHinge"/>.</summary>
    public static readonly Entry<Loss> SquaredHinge = Add("squared_hinge", "squared margin loss for yes or no", new SquaredHinge());
}
