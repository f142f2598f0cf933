using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = Σ over e of w[e] × x[e]: several vectors mixed by weights, as a gate mixes experts.</summary>
/// <remarks>x [count, width], w [count], y [width]. ∂x[e] = w[e] × ∂y; ∂w[e] = x[e] · ∂y.</remarks>
public sealed class Mixture : Operation
{
    /// <inheritdoc/>
    public override string Kind => "mixture";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs;

    /// <inheritdoc/>
    public override bool Overwrites => true;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs[0].Rank != 2) throw new ShapeException($"wants vectors [count, width] to mix, but the first input is {inputs[0]}");
        if (inputs[1].Size != inputs[0][0]) throw new ShapeException($"wants a weight for each of the {inputs[0][0]} vectors of {inputs[0]}, but the second input is {inputs[1]}");
        return new Shape(inputs[0][1]);
    }

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 2L * shapes.Inputs[0].Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int count = pass.Shapes.Inputs[0][0], width = pass.Shapes.Output.Size;
        MixtureRows.Mix(pass.Input(0), pass.Input(1), pass.Output, pass.Rows, count, width);
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        int count = pass.Shapes.Inputs[0][0], width = pass.Shapes.Output.Size;
        MixtureRows.Gradient(pass.Input(0), pass.Input(1), pass.OutputGradient, pass.InputGradient(0), pass.Accumulates(0), pass.InputGradient(1), pass.Accumulates(1), pass.Rows, count, width);
    }
}
