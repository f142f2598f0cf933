using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Gated recurrent unit, reset after the product: z, r = sigmoid(x·W + b + h'·U + d), n = tanh(x·W + b + r·(h'·U + d)), h = z·h' + (1 - z)·n.</summary>
/// <remarks>W [in, 3 × units], U [units, 3 × units] and both rows b, d of the bias [2, 3 × units] hold the gates in the order z, r, n. Initial state, if any: h.
/// Source: Cho and others, "Learning Phrase Representations using RNN Encoder-Decoder", 2014, in the form of cuDNN; order of the gates as in Keras 3.</remarks>
/// <param name="kernel">W.</param>
/// <param name="recurrentKernel">U.</param>
/// <param name="bias">b and d, or null.</param>
/// <param name="options">The walk.</param>
public sealed class Gru(Parameter kernel, Parameter recurrentKernel, Parameter? bias, RecurrenceOptions options)
    : Recurrence(kernel, recurrentKernel, bias, gates: 3, options)
{
    private readonly bool _hasBias = bias is not null;

    /// <inheritdoc/>
    public override string Kind => "gru";

    // h', z, r, n, q
    private protected override int TapeUnits => 5;

    // z, r, n, and for n also the gradient of the recurrent sum
    private protected override int DeltaUnits => 4;

    private protected override int ScratchUnits => 3;

    private protected override void ForwardProducts(in ForwardPass pass, Span<float> tape, int stride, Span<float> scratch)
        => MatMul.Multiply(tape[SeenOffset..], stride, pass.Packed(2), _hasBias ? pass.Parameter(2)[(3 * UnitCount)..] : [], scratch, 3 * UnitCount, pass.Rows, UnitCount, 3 * UnitCount, accumulate: false);

    private protected override void CellForward(Span<float> tape, ReadOnlySpan<float> cellBefore, Span<float> next, Span<float> scratch)
        => GruCell.ForwardAfter(tape.Slice(UnitCount, 3 * UnitCount), scratch, tape.Slice(4 * UnitCount, UnitCount), tape[..UnitCount], next);

    private protected override void CellBackward(ReadOnlySpan<float> tape, ReadOnlySpan<float> cellBefore, Span<float> state, Span<float> cell, Span<float> delta, Span<float> scratch)
    {
        int units = UnitCount;
        GruCell.Backward(tape.Slice(units, 3 * units), tape[..units], state, delta[..(3 * units)]);
        GruCell.ResetAfterBackward(tape.Slice(2 * units, units), tape.Slice(4 * units, units), delta.Slice(2 * units, units), delta.Slice(units, units), delta.Slice(3 * units, units));
        delta[..(2 * units)].CopyTo(scratch);
        delta.Slice(3 * units, units).CopyTo(scratch[(2 * units)..]);
    }

    private protected override void BackwardProducts(in BackwardPass pass, int time, Span<float> delta, int stride, Span<float> state, Span<float> scratch)
        => MatMul.Multiply(scratch, 3 * UnitCount, pass.Packed(3), [], state, UnitCount, pass.Rows, 3 * UnitCount, UnitCount, accumulate: true);

    // Columns of n have their gradients one stretch further on.
    private protected override void RecurrentGradient(in ParameterPass pass, int items, int firstInner, int inner, int firstColumn, int columns)
    {
        int before = Math.Clamp((2 * UnitCount) - firstColumn, 0, columns);
        if (before > 0) base.RecurrentGradient(pass, items, firstInner, inner, firstColumn, before);
        if (before == columns) return;
        MatMul.MultiplyTransposed(pass.Tape[SeenOffset..], TapeStride, pass.Delta[UnitCount..], DeltaStride, pass.Gradient(1), 3 * UnitCount,
            items, firstInner, inner, firstColumn + before, columns - before, pass.Accumulates(1));
    }

    private protected override void BiasGradient(in ParameterPass pass, int items, int firstColumn, int columns)
    {
        base.BiasGradient(pass, items, firstColumn, columns);
        int before = Math.Clamp((2 * UnitCount) - firstColumn, 0, columns);
        var recurrent = pass.Gradient(2)[(3 * UnitCount)..];
        Reductions.ColumnSums(pass.Delta, DeltaStride, items, firstColumn, before, recurrent, pass.Accumulates(2));
        if (before == columns) return;
        Reductions.ColumnSums(pass.Delta[UnitCount..], DeltaStride, items, firstColumn + before, columns - before, recurrent, pass.Accumulates(2));
    }
}
