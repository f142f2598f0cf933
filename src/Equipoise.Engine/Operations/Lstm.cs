using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Long short-term memory: i, f, o = sigmoid(x·W + h·U + b), g = tanh(.), c = f·c' + i·g, h = o·tanh(c).</summary>
/// <remarks>W [in, 4 × units], U [units, 4 × units] and b [4 × units] hold the gates in the order i, f, g, o. Initial states, if any: h, c. Source: Hochreiter and Schmidhuber,
/// "Long Short-Term Memory", 1997, with the forget gate of Gers, Schmidhuber and Cummins, 2000; order of the gates as in Keras 3.</remarks>
/// <param name="kernel">W.</param>
/// <param name="recurrentKernel">U.</param>
/// <param name="bias">b, or null.</param>
/// <param name="options">The walk.</param>
public sealed class Lstm(Parameter kernel, Parameter recurrentKernel, Parameter? bias, RecurrenceOptions options)
    : Recurrence(kernel, recurrentKernel, bias, gates: 4, options)
{
    /// <inheritdoc/>
    public override string Kind => "lstm";

    private protected override int States => 2;

    private protected override int TapeUnits => LstmCell.TapeUnits;

    private protected override int DeltaUnits => 4;

    private protected override void ForwardProducts(in ForwardPass pass, int rows, ReadOnlySpan<float> seen, Span<float> sums, Span<float> own)
        => MatMul.Multiply(seen, UnitCount, pass.Packed(2), [], sums, SumStride, rows, UnitCount, 4 * UnitCount, accumulate: true);

    private protected override void CellForward(ReadOnlySpan<float> sums, ReadOnlySpan<float> own, Span<float> state, Span<float> cell, Span<float> tape)
        => LstmCell.Forward(sums, cell, state, tape);

    private protected override void CellBackward(ReadOnlySpan<float> tape, ReadOnlySpan<float> seen, Span<float> state, Span<float> cell, Span<float> delta, Span<float> own)
        => LstmCell.Backward(tape, state, cell, delta);

    private protected override void BackwardProducts(in BackwardPass pass, int rows, Span<float> delta, Span<float> own, Span<float> state)
        => MatMul.Multiply(delta, DeltaStride, pass.Packed(3), [], state, UnitCount, rows, 4 * UnitCount, UnitCount, accumulate: true);
}
