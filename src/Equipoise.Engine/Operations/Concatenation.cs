using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Puts the inputs side by side along one axis; their other axes must agree.</summary>
/// <param name="axis">The axis of a row, negative from the end; -1 joins vectors, or the features at each position.</param>
public sealed class Concatenation(int axis = -1) : Operation
{
    /// <inheritdoc/>
    public override string Kind => "concatenation";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override bool Overwrites => true;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        var first = inputs[0];
        int at = axis < 0 ? first.Rank + axis : axis;
        if (at < 0 || at >= first.Rank) throw new ShapeException($"joins along axis {axis}, but the first input is {first}");
        int[] dimensions = [.. first.Dimensions];
        for (int i = 1; i < inputs.Length; i++)
        {
            bool fits = inputs[i].Rank == first.Rank;
            for (int d = 0; fits && d < first.Rank; d++) fits = d == at || inputs[i][d] == first[d];
            if (!fits) throw new ShapeException($"wants inputs that differ along axis {axis} only, but has {first} and {inputs[i]}. Put a Flatten, a pooling or a recurrent layer before the longer one");
            dimensions[at] += inputs[i][at];
        }
        return new Shape(dimensions);
    }

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var output = pass.Output;
        int outer = pass.Rows * Outer(pass.Shapes.Output), stride = output.Length / outer, offset = 0;
        for (int i = 0; i < pass.Shapes.Inputs.Count; i++)
        {
            var input = pass.Input(i);
            int width = input.Length / outer;
            for (int r = 0; r < outer; r++) input.Slice(r * width, width).CopyTo(output.Slice((r * stride) + offset, width));
            offset += width;
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        var gradient = pass.OutputGradient;
        int outer = pass.Rows * Outer(pass.Shapes.Output), stride = gradient.Length / outer, offset = 0;
        for (int i = 0; i < pass.Shapes.Inputs.Count; i++)
        {
            int width = pass.Rows * pass.Shapes.Inputs[i].Size / outer;
            if (pass.Wants(i))
            {
                var inputGradient = pass.InputGradient(i);
                bool adds = pass.Accumulates(i);
                for (int r = 0; r < outer; r++)
                {
                    var from = gradient.Slice((r * stride) + offset, width);
                    var to = inputGradient.Slice(r * width, width);
                    if (adds) Elementwise.AddTo(from, to);
                    else from.CopyTo(to);
                }
            }
            offset += width;
        }
    }

    // How many pieces a row falls into: the product of the dimensions before the axis.
    private int Outer(Shape shape)
    {
        int outer = 1;
        for (int d = 0; d < (axis < 0 ? shape.Rank + axis : axis); d++) outer *= shape[d];
        return outer;
    }
}
