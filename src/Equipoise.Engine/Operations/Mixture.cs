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
        var x = pass.Input(0);
        var w = pass.Input(1);
        for (int row = 0; row < pass.Rows; row++)
        {
            var y = pass.Output.Slice(row * width, width);
            Elementwise.Scale(x.Slice(row * count * width, width), w[row * count], y);
            for (int e = 1; e < count; e++) Elementwise.AddScaled(x.Slice(((row * count) + e) * width, width), w[(row * count) + e], y);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        int count = pass.Shapes.Inputs[0][0], width = pass.Shapes.Output.Size;
        var x = pass.Input(0);
        var w = pass.Input(1);
        for (int item = 0; item < pass.Rows * count; item++)
        {
            var dy = pass.OutputGradient.Slice(item / count * width, width);
            if (pass.Wants(0)) Elementwise.AddScaled(dy, w[item], pass.InputGradient(0).Slice(item * width, width));
            if (pass.Wants(1)) pass.InputGradient(1)[item] += Reductions.Dot(x.Slice(item * width, width), dy);
        }
    }
}
