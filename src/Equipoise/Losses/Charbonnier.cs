using System.Runtime.Intrinsics;
using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>The absolute error, rounded off at the target: for images and other numbers with outliers.</summary>
/// <remarks>
/// value = mean of √(e² + epsilon²), with e = prediction − target; epsilon at best, |e| far off. Unit: that of the target.
/// Slope e / √(e² + epsilon²), between −1 and 1. An epsilon far below the errors makes it the absolute error with its kink; one far above them the squared error / (2 epsilon).
/// Source: Charbonnier and others, "Two deterministic half-quadratic regularization algorithms for computed imaging", 1994.
/// </remarks>
/// <param name="Epsilon">Size of errors that are rounded off, above 0.</param>
public sealed record Charbonnier(double Epsilon = 1e-3) : Loss
{
    /// <inheritdoc/>
    public override bool SeesErrorsOnly => true;

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => ElementLoss.Evaluate(new Formula((float)Epsilon), in rows);

    private readonly struct Formula(float epsilon) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var error = prediction - target;
            var size = Vector256.Abs(error);
            var root = Vector256.Sqrt((error * error) + Vector256.Create(epsilon * epsilon));
            // The square of more than 1.8e19 is no number; epsilon is nothing there.
            root = Vector256.ConditionalSelect(Vector256.Equals(root, Vector256.Create(float.PositiveInfinity)), size, root);
            return (root, error / root);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Charbonnier"/>.</summary>
    public static readonly Entry<Loss> Charbonnier = Add("charbonnier", "absolute error, smooth at the target", new Charbonnier(),
        Setting<Loss>.Number<Charbonnier>("epsilon", "size of errors that are rounded off; same unit as the target", get: x => x.Epsilon, set: (x, v) => x with { Epsilon = v }, above: 0));
}
