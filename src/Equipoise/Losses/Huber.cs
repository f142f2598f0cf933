using System.Runtime.Intrinsics;
using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Squared near the target and absolute far from it: for numbers with outliers, smooth at the target.</summary>
/// <remarks>
/// value = mean of e² / 2 where |e| ≤ delta, and delta (|e| − delta / 2) beyond, with e = prediction − target.
/// Source: Huber, "Robust Estimation of a Location Parameter", 1964.
/// </remarks>
public sealed record Huber(double Delta = 1) : Loss
{
    /// <inheritdoc/>
    public override bool SeesErrorsOnly => true;

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => ElementLoss.Evaluate(new Formula((float)Delta), in rows);

    private readonly struct Formula(float delta) : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var bound = Vector256.Create(delta);
            var error = prediction - target;
            var slope = Vector256.Min(Vector256.Max(error, -bound), bound);
            return (slope * (error - 0.5f * slope), slope);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Huber"/>.</summary>
    public static readonly Entry<Loss> Huber = Add("huber", "squared near zero, absolute beyond delta", new Huber(),
        Setting<Loss>.Number<Huber>("delta", "error at which the loss turns from squared to absolute; same unit as the target",
            get: x => x.Delta, set: (x, v) => x with { Delta = v }, above: 0)).Alias("huber_loss");
}
