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

    private protected override int TapeUnits => GruCell.TapeUnits;

    // z, r, n, and for n also the gradient of the recurrent sum
    private protected override int DeltaUnits => 4;

    // The recurrent sums, and their gradients
    private protected override int OwnUnits => 3;

    // Columns of n have the gradients of their recurrent sums one stretch further on.
    private protected override int OtherColumn => 2 * UnitCount;

    private protected override int OtherDelta => UnitCount;

    private protected override int RecurrentBias => 3 * UnitCount;

    private protected override void ForwardProducts(in ForwardPass pass, int rows, ReadOnlySpan<float> seen, Span<float> sums, Span<float> own)
        => MatMul.Multiply(seen, UnitCount, pass.Packed(2), _hasBias ? pass.Parameter(2)[(3 * UnitCount)..] : [], own, OwnStride, rows, UnitCount, 3 * UnitCount, accumulate: false);

    private protected override void CellForward(ReadOnlySpan<float> sums, ReadOnlySpan<float> own, Span<float> state, Span<float> cell, Span<float> tape)
        => GruCell.ForwardAfter(sums, own, state, tape);

    private protected override void CellBackward(ReadOnlySpan<float> tape, ReadOnlySpan<float> seen, Span<float> state, Span<float> cell, Span<float> delta, Span<float> own)
        => GruCell.BackwardAfter(tape, state, delta, own);

    private protected override void BackwardProducts(in BackwardPass pass, int rows, Span<float> delta, Span<float> own, Span<float> state)
        => MatMul.Multiply(own, OwnStride, pass.Packed(3), [], state, UnitCount, rows, 3 * UnitCount, UnitCount, accumulate: true);
}
