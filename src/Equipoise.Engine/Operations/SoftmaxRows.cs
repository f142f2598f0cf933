using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>softmax over the last axis: yᵢ = e^xᵢ / Σ e^xⱼ, at every position.</summary>
/// <remarks>A second input, of the same shape, may be a mask of 0 and 1: where it is 0 the result is 0, and a row of zeros alone gives zeros. ∂x = y·(∂y − Σ ∂y·y).</remarks>
public sealed class SoftmaxRows : Operation
{
    private const long WorkEach = 24;

    /// <inheritdoc/>
    public override string Kind => "softmax";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Output;

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => input == 0;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
        => inputs.Length == 1 || inputs[1].Equals(inputs[0]) ? inputs[0] : throw new ShapeException($"wants a mask of the input's shape {inputs[0]}, but the mask is {inputs[1]}");

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var x = pass.Input(0);
        var y = pass.Output;
        int width = pass.Shapes.Output.Width;
        if (pass.Shapes.Inputs.Count == 1)
        {
            Softmax.Rows(x, y, x.Length / width, width);
            return;
        }
        var mask = pass.Input(1);
        for (int i = 0; i < y.Length; i++) y[i] = mask[i] == 0 ? float.NegativeInfinity : x[i];
        Softmax.Rows(y, y, y.Length / width, width);
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int width = pass.Shapes.Output.Width;
        Softmax.AddGradientRows(pass.Output, pass.OutputGradient, pass.InputGradient(0), pass.Output.Length / width, width);
    }
}
