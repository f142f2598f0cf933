using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>A mask of a sequence [length, width]: 1 for a step with any number other than <paramref name="value"/>, 0 for a step that has nothing else.</summary>
/// <param name="value">What padding is made of.</param>
public sealed class NotValueMask(float value) : Operation
{
    /// <inheritdoc/>
    public override string Kind => "not_value_mask";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0].Rank > 1 ? new Shape(inputs[0].Positions) : throw new ShapeException($"wants sequences [length, width] but the input is {inputs[0]}");

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => false;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int width = pass.Shapes.Inputs[0].Width;
        var x = pass.Input(0);
        var output = pass.Output;
        for (int i = 0; i < output.Length; i++) output[i] = x.Slice(i * width, width).ContainsAnyExcept(value) ? 1 : 0;
    }
}
