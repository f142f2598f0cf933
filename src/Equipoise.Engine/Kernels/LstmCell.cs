using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>The gates of a long short-term memory, one row and one step at a time.</summary>
/// <remarks>
/// i, f, o = sigmoid(.), g = tanh(.), c = f·c' + i·g, h = o·tanh(c), where c' and h' are the states of the step before. Gates lie in the order i, f, g, o. The tape of a step is
/// h', i, f, g, o, c', tanh(c), each of the cell's units. Nothing is allocated; each unit stands alone, so the bits do not depend on the vector width.
/// Forward has a loop for AVX-512, twice as fast; backward waits for memory and would gain nothing.
/// </remarks>
internal static unsafe class LstmCell
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>Stretches of a step's tape.</summary>
    public const int TapeUnits = 7;

    /// <summary>Forward.</summary>
    /// <param name="sums">[4 × units]: sums of inputs and recurrent sums.</param>
    /// <param name="cell">c' [units], replaced by c.</param>
    /// <param name="hidden">h' [units], replaced by h.</param>
    /// <param name="tape">[7 × units], written.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Forward(ReadOnlySpan<float> sums, Span<float> cell, Span<float> hidden, Span<float> tape)
    {
        int units = hidden.Length;
        Check(units, sums.Length, cell.Length, tape.Length);
        fixed (float* x = sums, pc = cell, ph = hidden, t = tape)
        {
            int k = 0;
            for (; Avx512F.IsSupported && k <= units - 16; k += 16)
            {
                var i = WideExponentials.Sigmoid(Vector512.Load(x + k));
                var f = WideExponentials.Sigmoid(Vector512.Load(x + units + k));
                var g = WideExponentials.Tanh(Vector512.Load(x + (2 * units) + k));
                var o = WideExponentials.Sigmoid(Vector512.Load(x + (3 * units) + k));
                var before = Vector512.Load(pc + k);
                var c = Vector512.FusedMultiplyAdd(f, before, i * g);
                var s = WideExponentials.Tanh(c);
                Vector512.Load(ph + k).Store(t + k);
                i.Store(t + units + k);
                f.Store(t + (2 * units) + k);
                g.Store(t + (3 * units) + k);
                o.Store(t + (4 * units) + k);
                before.Store(t + (5 * units) + k);
                s.Store(t + (6 * units) + k);
                c.Store(pc + k);
                (o * s).Store(ph + k);
            }
            for (; k <= units - 8; k += 8) { Forward(8, units, x + k, pc + k, ph + k, t + k); }
            if (k < units) { Forward(units - k, units, x + k, pc + k, ph + k, t + k); }
        }
    }

    /// <summary>Backward. With dh and dc the gradients of h and c: dc += dh·o·(1 - tanh²c), then those of the four sums.</summary>
    /// <param name="tape">[7 × units] of forward.</param>
    /// <param name="hiddenGradient">dh [units]; replaced by zeros, since h' is reached through the recurrent sums alone.</param>
    /// <param name="cellGradient">dc [units] from later steps; replaced by that of c'.</param>
    /// <param name="sumGradients">Gradients of the sums [4 × units], written.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Backward(ReadOnlySpan<float> tape, Span<float> hiddenGradient, Span<float> cellGradient, Span<float> sumGradients)
    {
        int units = hiddenGradient.Length;
        Check(units, sumGradients.Length, cellGradient.Length, tape.Length);
        fixed (float* t = tape, ph = hiddenGradient, pc = cellGradient, q = sumGradients)
        {
            int k = 0;
            for (; k <= units - 8; k += 8) { Backward(8, units, t + k, ph + k, pc + k, q + k); }
            if (k < units) { Backward(units - k, units, t + k, ph + k, pc + k, q + k); }
        }
    }

    // Up to eight units. A count that is known to be 8 leaves nothing of the ends.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(int count, int units, float* x, float* cell, float* hidden, float* t)
    {
        var i = Exponentials.Sigmoid(Ends.Load(x, count));
        var f = Exponentials.Sigmoid(Ends.Load(x + units, count));
        var g = Exponentials.Tanh(Ends.Load(x + (2 * units), count));
        var o = Exponentials.Sigmoid(Ends.Load(x + (3 * units), count));
        var before = Ends.Load(cell, count);
        var c = Vector256.FusedMultiplyAdd(f, before, i * g);
        var s = Exponentials.Tanh(c);
        Ends.Store(Ends.Load(hidden, count), t, count);
        Ends.Store(i, t + units, count);
        Ends.Store(f, t + (2 * units), count);
        Ends.Store(g, t + (3 * units), count);
        Ends.Store(o, t + (4 * units), count);
        Ends.Store(before, t + (5 * units), count);
        Ends.Store(s, t + (6 * units), count);
        Ends.Store(c, cell, count);
        Ends.Store(o * s, hidden, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Backward(int count, int units, float* t, float* hiddenGradient, float* cellGradient, float* q)
    {
        var one = Vector256.Create(1f);
        Vector256<float> i = Ends.Load(t + units, count), f = Ends.Load(t + (2 * units), count);
        Vector256<float> g = Ends.Load(t + (3 * units), count), o = Ends.Load(t + (4 * units), count);
        Vector256<float> s = Ends.Load(t + (6 * units), count), dh = Ends.Load(hiddenGradient, count);
        var dc = Vector256.FusedMultiplyAdd(dh * o, Vector256.FusedMultiplyAdd(-s, s, one), Ends.Load(cellGradient, count));
        Ends.Store(dc * f, cellGradient, count);
        Ends.Store(dc * g * (i * (one - i)), q, count);
        Ends.Store(dc * Ends.Load(t + (5 * units), count) * (f * (one - f)), q + units, count);
        Ends.Store(dc * i * Vector256.FusedMultiplyAdd(-g, g, one), q + (2 * units), count);
        Ends.Store(dh * s * (o * (one - o)), q + (3 * units), count);
        Ends.Store(Vector256<float>.Zero, hiddenGradient, count);
    }

    private static void Check(int units, int sums, int cell, int tape)
    {
        if (sums != 4 * units || cell != units || tape != TapeUnits * units)
        {
            throw new ArgumentException($"A cell of {units} units wants sums of {4 * units}, a cell state of {units} and a tape of {TapeUnits * units}, but has {sums}, {cell} and {tape}.");
        }
    }
}
