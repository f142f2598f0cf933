namespace Equipoise.Engine.Execution;

/// <summary>Some numbers of the gradient of a parameter, held for each output, or for the one that reaches it alone.</summary>
/// <param name="Parameter">Place of a shared parameter among those in scope; −1 for a private one.</param>
/// <param name="Store">Where the numbers belong in the store.</param>
/// <param name="Place">The first column of a shared parameter; the place in the target of a private one.</param>
/// <param name="Length">How many.</param>
/// <param name="Output">The output that a private parameter belongs to; −1 for a shared one.</param>
internal readonly record struct GradientPiece(int Parameter, int Store, int Place, int Length, int Output);
