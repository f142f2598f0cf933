using System.Runtime.Intrinsics;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The simplest recurrence: h = tanh(x·W + h'·U + b).</summary>
/// <remarks>W [in, units], U [units, units], b [units]. Initial state, if any: h. Source: Elman, "Finding Structure in Time", 1990; Keras 3, SimpleRNN.</remarks>
/// <param name="kernel">W.</param>
/// <param name="recurrentKernel">U.</param>
/// <param name="bias">b, or null.</param>
/// <param name="options">The walk.</param>
public sealed class SimpleRnn(Parameter kernel, Parameter recurrentKernel, Parameter? bias, RecurrenceOptions options)
    : Recurrence(kernel, recurrentKernel, bias, gates: 1, options)
{
    /// <inheritdoc/>
    public override string Kind => "simple_rnn";

    // h', h
    private protected override int TapeUnits => 2;

    private protected override int DeltaUnits => 1;

    private protected override void ForwardProducts(in ForwardPass pass, int rows, ReadOnlySpan<float> seen, Span<float> sums, Span<float> own)
        => MatMul.Multiply(seen, UnitCount, pass.Packed(2), [], sums, SumStride, rows, UnitCount, UnitCount, accumulate: true);

    private protected override void CellForward(ReadOnlySpan<float> sums, ReadOnlySpan<float> own, Span<float> state, Span<float> cell, Span<float> tape)
    {
        state.CopyTo(tape);
        Elementwise.Apply(default(Tanh), sums, state);
        state.CopyTo(tape[UnitCount..]);
    }

    private protected override void CellBackward(ReadOnlySpan<float> tape, ReadOnlySpan<float> seen, Span<float> state, Span<float> cell, Span<float> delta, Span<float> own)
    {
        var h = tape.Slice(UnitCount, UnitCount);
        delta.Clear();
        Elementwise.AddGradient(default(Tanh), h, h, state, delta);
        state.Clear();
    }

    private protected override void BackwardProducts(in BackwardPass pass, int rows, Span<float> delta, Span<float> own, Span<float> state)
        => MatMul.Multiply(delta, DeltaStride, pass.Packed(3), [], state, UnitCount, rows, UnitCount, UnitCount, accumulate: true);

    // The derivative needs the result alone.
    private readonly struct Tanh : IElementwise
    {
        public Vector256<float> Value(Vector256<float> x) => Exponentials.Tanh(x);

        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.FusedMultiplyAdd(-y, y, Vector256.Create(1f));
    }
}
