using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>A place where rows of numbers come in.</summary>
/// <param name="shape">Shape of a row.</param>
public sealed class InputNumbers(Shape shape) : Operation
{
    /// <inheritdoc/>
    public override string Kind => "input_numbers";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => shape;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
    }
}
