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

    private protected override int TapeUnits => GruCell.TapeUnits;

    private protected override int DeltaUnits => 3;

    // Forward: r·h'. Backward: an operand of three stretches, the gradient of r·h', then r and the state that it was multiplied with.
    private protected override int OwnUnits => 6;

    // Columns of n come from r·h' instead of h'.
    private protected override int OtherColumn => 2 * UnitCount;

    private protected override int OtherState => 4 * UnitCount;

    private protected override void ForwardProducts(in ForwardPass pass, int rows, ReadOnlySpan<float> seen, Span<float> sums, Span<float> own)
    {
        int units = UnitCount;
        MatMul.Multiply(seen, units, pass.Packed(2), [], sums, SumStride, rows, units, 2 * units, accumulate: true);
        for (int row = 0; row < rows; row++) GruCell.Reset(sums.Slice((row * SumStride) + units, units), seen.Slice(row * units, units), own.Slice(row * OwnStride, units));
        MatMul.MultiplyUnpacked(own, OwnStride, pass.Parameter(1)[(2 * units)..], 3 * units, sums[(2 * units)..], SumStride, rows, units, units, accumulate: true);
    }

    private protected override void CellForward(ReadOnlySpan<float> sums, ReadOnlySpan<float> own, Span<float> state, Span<float> cell, Span<float> tape)
        => GruCell.ForwardBefore(sums, own[..UnitCount], state, tape);

    private protected override void CellBackward(ReadOnlySpan<float> tape, ReadOnlySpan<float> seen, Span<float> state, Span<float> cell, Span<float> delta, Span<float> own)
    {
        int units = UnitCount;
        GruCell.BackwardBefore(tape, state, delta);
        own[..(2 * units)].Clear();
        delta.Slice(2 * units, units).CopyTo(own[(2 * units)..]);
        tape.Slice(2 * units, units).CopyTo(own[(4 * units)..]);
        seen.CopyTo(own[(5 * units)..]);
    }

    // First through n's product to r·h', then, with the gradient of r known, through the product of z and r. The operand has zeros where a gate takes no part.
    private protected override void BackwardProducts(in BackwardPass pass, int rows, Span<float> delta, Span<float> own, Span<float> state)
    {
        int units = UnitCount;
        MatMul.Multiply(own, OwnStride, pass.Packed(3), [], own[(3 * units)..], OwnStride, rows, 3 * units, units, accumulate: false);
        for (int row = 0; row < rows; row++)
        {
            var gates = delta.Slice(row * DeltaStride, 3 * units);
            var mine = own.Slice(row * OwnStride, OwnUnits * units);
            GruCell.ResetBackward(mine.Slice(4 * units, units), mine.Slice(5 * units, units), mine.Slice(3 * units, units), gates.Slice(units, units), state.Slice(row * units, units));
            gates[..(2 * units)].CopyTo(mine);
            mine.Slice(2 * units, units).Clear();
        }
        MatMul.Multiply(own, OwnStride, pass.Packed(3), [], state, units, rows, 3 * units, units, accumulate: true);
    }
}
