using System.Runtime.Intrinsics;

namespace Equipoise.Losses;

/// <summary>The formula of a loss that is the mean of independent element losses: eight elements at once.</summary>
internal interface IElementFormula
{
    /// <summary>Value, and derivative of the value to the prediction, lane by lane. Lanes hold independent elements.</summary>
    public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target);
}
