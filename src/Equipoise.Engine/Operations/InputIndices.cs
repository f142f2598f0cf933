using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>A place where rows of whole numbers from 0 to below <paramref name="vocabulary"/> come in: tokens, categories.</summary>
/// <param name="length">How many a row.</param>
/// <param name="vocabulary">The exclusive upper bound of the indices.</param>
public sealed class InputIndices(int length, int vocabulary) : Operation
{
    /// <summary>The exclusive upper bound of the indices.</summary>
    public int Vocabulary { get; } = vocabulary;

    /// <inheritdoc/>
    public override string Kind => "input_indices";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => new(length);

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
    }
}
