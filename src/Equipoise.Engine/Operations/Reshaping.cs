using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The same numbers in the same order under another shape.</summary>
/// <param name="shape">Shape of a row of the output; null for a vector of all numbers of a row.</param>
public sealed class Reshaping(Shape? shape = null) : Operation
{
    /// <inheritdoc/>
    public override string Kind => "reshaping";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override bool Overwrites => true;

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        if (shape is null) return new Shape(inputs[0].Size);
        return shape.Size == inputs[0].Size ? shape : throw new ShapeException($"is to make {shape} ({shape.Size} numbers) of {inputs[0]} ({inputs[0].Size} numbers)");
    }

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass) => pass.Input(0).CopyTo(pass.Output);

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        if (pass.Accumulates(0)) Elementwise.AddTo(pass.OutputGradient, pass.InputGradient(0));
        else pass.OutputGradient.CopyTo(pass.InputGradient(0));
    }
}
