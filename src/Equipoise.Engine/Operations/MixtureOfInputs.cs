using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = Σ over e of w[e] × xₑ: several inputs of one shape mixed by the weights of each row, which are the last input.</summary>
/// <remarks>xₑ and y [size], w [count]. ∂xₑ = w[e] × ∂y; ∂w[e] = xₑ · ∂y. The same as <see cref="Mixture"/>, without the inputs in one piece.</remarks>
public sealed class MixtureOfInputs : Operation
{
    /// <inheritdoc/>
    public override string Kind => "mixture_of_inputs";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        var shape = SameShapes.Of(inputs[..^1]);
        if (inputs[^1].Size != inputs.Length - 1) throw new ShapeException($"wants a weight for each of its {inputs.Length - 1} inputs of {shape}, but the weights are {inputs[^1]}. Rows of one axis are mixed as a whole: put a Flatten or a pooling before what makes the weights");
        return shape;
    }

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 2L * shapes.Output.Size * (shapes.Inputs.Count - 1);

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int count = pass.Shapes.Inputs.Count - 1, size = pass.Shapes.Output.Size;
        var weights = pass.Input(count);
        for (int row = 0; row < pass.Rows; row++)
        {
            var w = weights.Slice(row * count, count);
            var y = pass.Output.Slice(row * size, size);
            Elementwise.Scale(pass.Input(0).Slice(row * size, size), w[0], y);
            for (int e = 1; e < count; e++) Elementwise.AddScaled(pass.Input(e).Slice(row * size, size), w[e], y);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        int count = pass.Shapes.Inputs.Count - 1, size = pass.Shapes.Output.Size;
        var weights = pass.Input(count);
        for (int e = 0; e < count; e++)
        {
            if (!pass.Wants(e)) continue;
            var dx = pass.InputGradient(e);
            for (int row = 0; row < pass.Rows; row++) Elementwise.AddScaled(pass.OutputGradient.Slice(row * size, size), weights[(row * count) + e], dx.Slice(row * size, size));
        }
        if (!pass.Wants(count)) return;
        var dw = pass.InputGradient(count);
        for (int e = 0; e < count; e++)
        {
            var x = pass.Input(e);
            for (int row = 0; row < pass.Rows; row++) dw[(row * count) + e] += Reductions.Dot(x.Slice(row * size, size), pass.OutputGradient.Slice(row * size, size));
        }
    }
}
