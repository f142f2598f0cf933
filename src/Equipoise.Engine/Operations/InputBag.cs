using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>A place where sparse weighted bags come in: wide text and category inputs without dense vectors.</summary>
/// <param name="vocabulary">The exclusive upper bound of the indices.</param>
public sealed class InputBag(int vocabulary) : Operation
{
    /// <summary>The exclusive upper bound of the indices.</summary>
    public int Vocabulary { get; } = vocabulary;

    /// <inheritdoc/>
    public override string Kind => "input_bag";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => new(Vocabulary);

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
    }
}
