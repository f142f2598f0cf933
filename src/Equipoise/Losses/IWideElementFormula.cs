using System.Runtime.Intrinsics;

namespace Equipoise.Losses;

/// <summary>The formula of an element loss that also has a form for sixteen elements at once, with the same bits.</summary>
internal interface IWideElementFormula : IElementFormula
{
    /// <summary>Value, and derivative of the value to the prediction, lane by lane; asked for only where <see cref="Engine.Kernels.WideExponentials.IsSupported"/>.</summary>
    public (Vector512<float> Value, Vector512<float> Slope) At(Vector512<float> prediction, Vector512<float> target);
}
