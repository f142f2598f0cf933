using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The steps of a sequence [length, ..] in the opposite order.</summary>
public sealed class ReverseTime : Operation
{
    /// <inheritdoc/>
    public override string Kind => "reverse_time";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0].Rank > 0 ? inputs[0] : throw new ShapeException("wants sequences [length, ..] but each row is a single number");

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int length = pass.Shapes.Output[0];
        int width = pass.Shapes.Output.Size / length;
        for (int i = 0; i < pass.Rows * length; i++) pass.Input(0).Slice(i * width, width).CopyTo(pass.Output[(Mirror(i, length) * width)..]);
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int length = pass.Shapes.Output[0];
        int width = pass.Shapes.Output.Size / length;
        for (int i = 0; i < pass.Rows * length; i++) Elementwise.AddTo(pass.OutputGradient.Slice(Mirror(i, length) * width, width), pass.InputGradient(0).Slice(i * width, width));
    }

    private static int Mirror(int step, int length) => step - (step % length) + (length - 1 - (step % length));
}
