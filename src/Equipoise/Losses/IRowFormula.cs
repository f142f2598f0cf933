namespace Equipoise.Losses;

/// <summary>The formula of a loss whose value depends on all numbers of an item together.</summary>
internal interface IRowFormula
{
    /// <summary>The value of one item, and the derivative of the value to each prediction.</summary>
    /// <param name="prediction">Shape [width].</param>
    /// <param name="target">Shape [width] or [1].</param>
    /// <param name="slope">Shape [width], out, overwritten; empty when only the value is wanted.</param>
    public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope);
}
