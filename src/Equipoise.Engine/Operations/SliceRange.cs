using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Some neighbouring entries of one axis: a range of features, or of time steps.</summary>
/// <param name="axis">The axis of a row, negative from the end.</param>
/// <param name="start">The first entry; negative from the end.</param>
/// <param name="length">How many entries; they must exist.</param>
/// <param name="dropsAxis">Whether the axis vanishes; only for a length of 1.</param>
public sealed class SliceRange(int axis, int start, int length, bool dropsAxis = false) : Operation
{
    /// <inheritdoc/>
    public override string Kind => "slice_range";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        var shape = inputs[0];
        int at = AxisOf(shape);
        if (at < 0 || at >= shape.Rank) throw new ShapeException($"cuts axis {axis}, but the input is {shape}");
        int first = StartOf(shape);
        if (length < 1 || first < 0 || first + length > shape[at]) throw new ShapeException($"wants {length} entries from {start} along axis {axis}, but the input is {shape} and so has {shape[at]} there");
        if (dropsAxis && length != 1) throw new ShapeException($"can drop an axis only if one entry is left, not {length}");
        int[] dimensions = [.. shape.Dimensions];
        dimensions[at] = length;
        return dropsAxis ? new Shape([.. dimensions[..at], .. dimensions[(at + 1)..]]) : new Shape(dimensions);
    }

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var (outer, whole, first, part) = Pieces(pass.Shapes.Inputs[0]);
        var x = pass.Input(0);
        var y = pass.Output;
        for (int r = 0; r < pass.Rows * outer; r++) x.Slice((r * whole) + first, part).CopyTo(y.Slice(r * part, part));
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var (outer, whole, first, part) = Pieces(pass.Shapes.Inputs[0]);
        var dy = pass.OutputGradient;
        var dx = pass.InputGradient(0);
        for (int r = 0; r < pass.Rows * outer; r++) Elementwise.AddTo(dy.Slice(r * part, part), dx.Slice((r * whole) + first, part));
    }

    private int AxisOf(Shape shape) => axis < 0 ? shape.Rank + axis : axis;

    private int StartOf(Shape shape) => start < 0 ? shape[AxisOf(shape)] + start : start;

    // How many pieces a row falls into, numbers of a whole piece, the first one taken, how many are taken.
    private (int Outer, int Whole, int First, int Part) Pieces(Shape shape)
    {
        int at = AxisOf(shape), outer = 1, inner = 1;
        for (int d = 0; d < at; d++) outer *= shape[d];
        for (int d = at + 1; d < shape.Rank; d++) inner *= shape[d];
        return (outer, shape[at] * inner, StartOf(shape) * inner, length * inner);
    }
}
