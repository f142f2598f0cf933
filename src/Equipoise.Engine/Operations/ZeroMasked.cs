using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>A sequence with zeros at the steps that a mask leaves out. Inputs: x [.., width], mask with a number a position. No gradient flows through a masked step.</summary>
public sealed class ZeroMasked : Operation
{
    /// <inheritdoc/>
    public override string Kind => "zero_masked";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
        => inputs[1].Size == inputs[0].Positions ? inputs[0] : throw new ShapeException($"wants a mask of {inputs[0].Positions} positions but was given {inputs[1]}");

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => input == 0;

    /// <inheritdoc/>
    public override int TapeSize(NodeShapes shapes) => shapes.Inputs[1].Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int width = pass.Shapes.Output.Width;
        var mask = pass.Input(1);
        mask.CopyTo(pass.Tape);
        pass.Input(0).CopyTo(pass.Output);
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] == 0) pass.Output.Slice(i * width, width).Clear();
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int width = pass.Shapes.Output.Width;
        var mask = pass.Tape;
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] != 0) Elementwise.AddTo(pass.OutputGradient.Slice(i * width, width), pass.InputGradient(0).Slice(i * width, width));
        }
    }
}
