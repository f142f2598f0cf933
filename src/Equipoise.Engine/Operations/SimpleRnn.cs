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

    private protected override void ForwardProducts(in ForwardPass pass, Span<float> tape, int stride, Span<float> scratch)
        => MatMul.Multiply(tape[SeenOffset..], stride, pass.Packed(2), [], tape[UnitCount..], stride, pass.Rows, UnitCount, UnitCount, accumulate: true);

    private protected override void CellForward(Span<float> tape, ReadOnlySpan<float> cellBefore, Span<float> next, Span<float> scratch)
    {
        var sums = tape.Slice(UnitCount, UnitCount);
        Elementwise.Apply(default(Tanh), sums, sums);
        sums.CopyTo(next);
    }

    private protected override void CellBackward(ReadOnlySpan<float> tape, ReadOnlySpan<float> cellBefore, Span<float> state, Span<float> cell, Span<float> delta, Span<float> scratch)
    {
        var h = tape.Slice(UnitCount, UnitCount);
        delta[..UnitCount].Clear();
        Elementwise.AddGradient(default(Tanh), h, h, state, delta[..UnitCount]);
        state.Clear();
    }

    private protected override void BackwardProducts(in BackwardPass pass, int time, Span<float> delta, int stride, Span<float> state, Span<float> scratch)
        => MatMul.Multiply(delta, stride, pass.Packed(3), [], state, UnitCount, pass.Rows, UnitCount, UnitCount, accumulate: true);

    // The derivative needs the result alone.
    private readonly struct Tanh : IElementwise
    {
        public Vector256<float> Value(Vector256<float> x) => Exponentials.Tanh(x);

        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.FusedMultiplyAdd(-y, y, Vector256.Create(1f));
    }
}
