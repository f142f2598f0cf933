using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The first half of the last axis times the sigmoid of the second half: y = a·σ(b). The output is half as wide.</summary>
/// <remarks>∂a = ∂y·σ(b), ∂b = ∂y·a·σ(b)·(1 − σ(b)). Source: Dauphin and others, "Language modeling with gated convolutional networks", 2017, equation 1.</remarks>
public sealed class GatedLinear : Operation
{
    private const long WorkEach = 24;

    /// <inheritdoc/>
    public override string Kind => "glu";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
        => inputs[0].Width % 2 == 0 ? inputs[0].WithWidth(inputs[0].Width / 2) : throw new ShapeException($"wants an even width to cut in two halves, but the input is {inputs[0]}");

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int width = pass.Shapes.Output.Width;
        for (int first = 0; first < pass.Output.Length; first += width)
        {
            var x = pass.Input(0).Slice(2 * first, 2 * width);
            var y = pass.Output.Slice(first, width);
            for (int i = 0; i < width; i++) y[i] = x[i] * Exponentials.Sigmoid(x[width + i]);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int width = pass.Shapes.Output.Width;
        for (int first = 0; first < pass.OutputGradient.Length; first += width)
        {
            var x = pass.Input(0).Slice(2 * first, 2 * width);
            var dy = pass.OutputGradient.Slice(first, width);
            var dx = pass.InputGradient(0).Slice(2 * first, 2 * width);
            for (int i = 0; i < width; i++)
            {
                float gate = Exponentials.Sigmoid(x[width + i]);
                dx[i] += dy[i] * gate;
                dx[width + i] += dy[i] * x[i] * gate * (1 - gate);
            }
        }
    }
}
