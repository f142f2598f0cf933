using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>The gates of a long short-term memory, one row and one step at a time.</summary>
/// <remarks>
/// i, f, o = sigmoid(.), g = tanh(.), c = f·c' + i·g, h = o·tanh(c), where c' is the cell of the step before. Gates lie in the order i, f, g, o. Nothing is allocated; each unit
/// stands alone, so the bits do not depend on the vector width.
/// </remarks>
internal static unsafe class LstmCell
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>Forward.</summary>
    /// <param name="gates">[4 × units]: sums of inputs, replaced by i, f, g, o.</param>
    /// <param name="previousCell">c' [units].</param>
    /// <param name="cell">c [units], written.</param>
    /// <param name="squashedCell">tanh(c) [units], written.</param>
    /// <param name="hidden">h [units], written.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Forward(Span<float> gates, ReadOnlySpan<float> previousCell, Span<float> cell, Span<float> squashedCell, Span<float> hidden)
    {
        int units = hidden.Length;
        Check(gates.Length, 4 * units, previousCell.Length, cell.Length, squashedCell.Length, units);
        fixed (float* pi = gates, pp = previousCell, pc = cell, ps = squashedCell, ph = hidden)
        {
            float* pf = pi + units, pg = pf + units, po = pg + units;
            for (int k = 0; k < units; k += 8)
            {
                int count = units - k;
                var i = Exponentials.Sigmoid(Ends.Load(pi + k, count));
                var f = Exponentials.Sigmoid(Ends.Load(pf + k, count));
                var g = Exponentials.Tanh(Ends.Load(pg + k, count));
                var o = Exponentials.Sigmoid(Ends.Load(po + k, count));
                var c = Vector256.FusedMultiplyAdd(f, Ends.Load(pp + k, count), i * g);
                var s = Exponentials.Tanh(c);
                Ends.Store(i, pi + k, count);
                Ends.Store(f, pf + k, count);
                Ends.Store(g, pg + k, count);
                Ends.Store(o, po + k, count);
                Ends.Store(c, pc + k, count);
                Ends.Store(s, ps + k, count);
                Ends.Store(o * s, ph + k, count);
            }
        }
    }

    /// <summary>Backward. With dh and dc the gradients of h and c: dc += dh·o·(1 - tanh²c), then those of the four sums.</summary>
    /// <param name="gates">i, f, g, o [4 × units] of forward.</param>
    /// <param name="previousCell">c' [units].</param>
    /// <param name="squashedCell">tanh(c) [units].</param>
    /// <param name="hiddenGradient">dh [units].</param>
    /// <param name="cellGradient">dc [units] from later steps; replaced by that of c'.</param>
    /// <param name="gateGradients">Gradients of the sums [4 × units], written.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Backward(ReadOnlySpan<float> gates, ReadOnlySpan<float> previousCell, ReadOnlySpan<float> squashedCell,
        ReadOnlySpan<float> hiddenGradient, Span<float> cellGradient, Span<float> gateGradients)
    {
        int units = hiddenGradient.Length;
        Check(gates.Length, 4 * units, previousCell.Length, squashedCell.Length, cellGradient.Length, units);
        if (gateGradients.Length != 4 * units) throw new ArgumentException($"Has {gateGradients.Length} numbers but needs {4 * units}.", nameof(gateGradients));
        var one = Vector256.Create(1f);
        fixed (float* pi = gates, pp = previousCell, ps = squashedCell, ph = hiddenGradient, pc = cellGradient, qi = gateGradients)
        {
            float* pf = pi + units, pg = pf + units, po = pg + units;
            float* qf = qi + units, qg = qf + units, qo = qg + units;
            for (int k = 0; k < units; k += 8)
            {
                int count = units - k;
                Vector256<float> i = Ends.Load(pi + k, count), f = Ends.Load(pf + k, count), g = Ends.Load(pg + k, count), o = Ends.Load(po + k, count);
                Vector256<float> s = Ends.Load(ps + k, count), dh = Ends.Load(ph + k, count);
                var dc = Vector256.FusedMultiplyAdd(dh * o, Vector256.FusedMultiplyAdd(-s, s, one), Ends.Load(pc + k, count));
                Ends.Store(dc * f, pc + k, count);
                Ends.Store(dc * g * (i * (one - i)), qi + k, count);
                Ends.Store(dc * Ends.Load(pp + k, count) * (f * (one - f)), qf + k, count);
                Ends.Store(dc * i * Vector256.FusedMultiplyAdd(-g, g, one), qg + k, count);
                Ends.Store(dh * s * (o * (one - o)), qo + k, count);
            }
        }
    }

    private static void Check(int gates, int wantedGates, int first, int second, int third, int units)
    {
        if (gates != wantedGates || first != units || second != units || third != units)
        {
            throw new ArgumentException($"A cell of {units} units wants {wantedGates} gates and states of {units}, but has {gates}, {first}, {second} and {third}.");
        }
    }
}
