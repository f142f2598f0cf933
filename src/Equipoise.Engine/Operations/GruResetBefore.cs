using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Gated recurrent unit, reset before the product: z, r = sigmoid(x·W + h'·U + b), n = tanh(x·W + (r·h')·U + b), h = z·h' + (1 - z)·n.</summary>
/// <remarks>W [in, 3 × units], U [units, 3 × units] and b [3 × units] hold the gates in the order z, r, n. Slower than <see cref="Gru"/>, as n must wait for r.
/// Source: Cho and others, "Learning Phrase Representations using RNN Encoder-Decoder", 2014, equations 5 to 8; order of the gates as in Keras 3.</remarks>
/// <param name="kernel">W.</param>
/// <param name="recurrentKernel">U.</param>
/// <param name="bias">b, or null.</param>
/// <param name="options">The walk.</param>
public sealed class GruResetBefore(Parameter kernel, Parameter recurrentKernel, Parameter? bias, RecurrenceOptions options)
    : Recurrence(kernel, recurrentKernel, bias, gates: 3, options)
{
    /// <inheritdoc/>
    public override string Kind => "gru_reset_before";

    // h', z, r, n, r·h'
    private protected override int TapeUnits => 5;

    private protected override int DeltaUnits => 3;

    // An operand of three stretches, and the gradient of r·h'
    private protected override int ScratchUnits => 4;

    private protected override void ForwardProducts(in ForwardPass pass, Span<float> tape, int stride, Span<float> scratch)
    {
        int units = UnitCount;
        MatMul.Multiply(tape[SeenOffset..], stride, pass.Packed(2), [], tape[units..], stride, pass.Rows, units, 2 * units, accumulate: true);
        for (int row = 0; row < pass.Rows; row++)
        {
            var at = tape[(row * stride)..];
            GruCell.Reset(at.Slice(2 * units, units), at.Slice(SeenOffset, units), at.Slice(4 * units, units));
        }
        MatMul.MultiplyUnpacked(tape[(4 * units)..], stride, pass.Parameter(1)[(2 * units)..], 3 * units, tape[(3 * units)..], stride, pass.Rows, units, units, accumulate: true);
    }

    private protected override void CellForward(Span<float> tape, ReadOnlySpan<float> cellBefore, Span<float> next, Span<float> scratch)
        => GruCell.ForwardBefore(tape.Slice(UnitCount, 3 * UnitCount), tape[..UnitCount], next);

    private protected override void CellBackward(ReadOnlySpan<float> tape, ReadOnlySpan<float> cellBefore, Span<float> state, Span<float> cell, Span<float> delta, Span<float> scratch)
    {
        int units = UnitCount;
        GruCell.Backward(tape.Slice(units, 3 * units), tape[..units], state, delta[..(3 * units)]);
        scratch[..(2 * units)].Clear();
        delta.Slice(2 * units, units).CopyTo(scratch[(2 * units)..]);
    }

    // First through n's product to r·h', then, with the gradient of r known, through the product of z and r. The operand has zeros where a gate takes no part.
    private protected override void BackwardProducts(in BackwardPass pass, int time, Span<float> delta, int stride, Span<float> state, Span<float> scratch)
    {
        int units = UnitCount;
        int width = ScratchUnits * units;
        MatMul.Multiply(scratch, width, pass.Packed(3), [], scratch[(3 * units)..], width, pass.Rows, 3 * units, units, accumulate: false);
        int tapeStride = pass.Shapes.Inputs[0][0] * TapeStride;
        for (int row = 0; row < pass.Rows; row++)
        {
            var at = pass.Tape.Slice((row * tapeStride) + (time * TapeStride), TapeStride);
            var gates = delta.Slice(row * stride, 3 * units);
            var own = scratch.Slice(row * width, width);
            GruCell.ResetBeforeBackward(at.Slice(2 * units, units), at.Slice(SeenOffset, units), own.Slice(3 * units, units), gates.Slice(units, units), state.Slice(row * units, units));
            gates[..(2 * units)].CopyTo(own);
            own.Slice(2 * units, units).Clear();
        }
        MatMul.Multiply(scratch, width, pass.Packed(3), [], state, units, pass.Rows, 3 * units, units, accumulate: true);
    }

    // Columns of n come from r·h' instead of h'.
    private protected override void RecurrentGradient(in ParameterPass pass, int items, int firstInner, int inner, int firstColumn, int columns)
    {
        int before = Math.Clamp((2 * UnitCount) - firstColumn, 0, columns);
        if (before > 0) base.RecurrentGradient(pass, items, firstInner, inner, firstColumn, before);
        if (before == columns) return;
        MatMul.MultiplyTransposed(pass.Tape[(4 * UnitCount)..], TapeStride, pass.Delta, DeltaStride, pass.Gradient(1), 3 * UnitCount,
            items, firstInner, inner, firstColumn + before, columns - before, pass.Accumulates(1));
    }
}
