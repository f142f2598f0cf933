using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The columns of one layer out of a <see cref="StackedAffine"/>.</summary>
/// <remarks>Each part writes its own columns of the gradient, and the parts together are the whole: nothing is added, nothing cleared.</remarks>
/// <param name="offset">Its first column.</param>
/// <param name="width">How many.</param>
/// <param name="columns">Columns of the stack.</param>
internal sealed class StackPart(int offset, int width, int columns) : Operation
{
    /// <inheritdoc/>
    public override string Kind => "part";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override bool Overwrites => true;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0].WithWidth(width);

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var x = pass.Input(0)[offset..];
        var y = pass.Output;
        if (width == 1)
        {
            for (int i = 0; i < y.Length; i++) y[i] = x[i * columns];
            return;
        }
        for (int item = 0; item < y.Length / width; item++) x.Slice(item * columns, width).CopyTo(y[(item * width)..]);
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var dy = pass.OutputGradient;
        var dx = pass.InputGradient(0)[offset..];
        if (width == 1)
        {
            for (int i = 0; i < dy.Length; i++) dx[i * columns] = dy[i];
            return;
        }
        for (int item = 0; item < dy.Length / width; item++) dy.Slice(item * width, width).CopyTo(dx[(item * columns)..]);
    }
}
