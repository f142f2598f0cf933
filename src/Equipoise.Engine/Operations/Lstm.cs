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

    // h', i, f, g, o, c, tanh(c)
    private protected override int TapeUnits => 7;

    private protected override int DeltaUnits => 4;

    private protected override int CellOffset => 5 * UnitCount;

    private protected override void ForwardProducts(in ForwardPass pass, Span<float> tape, int stride, Span<float> scratch)
        => MatMul.Multiply(tape[SeenOffset..], stride, pass.Packed(2), [], tape[UnitCount..], stride, pass.Rows, UnitCount, 4 * UnitCount, accumulate: true);

    private protected override void CellForward(Span<float> tape, ReadOnlySpan<float> cellBefore, Span<float> next, Span<float> scratch)
        => LstmCell.Forward(tape.Slice(UnitCount, 4 * UnitCount), cellBefore, tape.Slice(5 * UnitCount, UnitCount), tape.Slice(6 * UnitCount, UnitCount), next);

    private protected override void CellBackward(ReadOnlySpan<float> tape, ReadOnlySpan<float> cellBefore, Span<float> state, Span<float> cell, Span<float> delta, Span<float> scratch)
    {
        LstmCell.Backward(tape.Slice(UnitCount, 4 * UnitCount), cellBefore, tape.Slice(6 * UnitCount, UnitCount), state, cell, delta[..(4 * UnitCount)]);
        state.Clear();
    }

    private protected override void BackwardProducts(in BackwardPass pass, int time, Span<float> delta, int stride, Span<float> state, Span<float> scratch)
        => MatMul.Multiply(delta, stride, pass.Packed(3), [], state, UnitCount, pass.Rows, 4 * UnitCount, UnitCount, accumulate: true);
}
