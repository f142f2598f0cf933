using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>The gates of a gated recurrent unit, one row and one step at a time.</summary>
/// <remarks>
/// z, r = sigmoid(.), h = z·h' + (1 - z)·n, with h' the state before. Reset after the product: n = tanh(x + r·q), where q are the recurrent sums. Reset before it: n = tanh(x + q), where the
/// product behind q is of r·h'. Gates lie in the order z, r, n. Nothing is allocated; each unit stands alone, so the bits do not depend on the vector width.
/// </remarks>
internal static unsafe class GruCell
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>Forward, reset after the product.</summary>
    /// <param name="gates">[3 × units]: sums of inputs, replaced by z, r, n.</param>
    /// <param name="recurrent">[3 × units]: recurrent sums.</param>
    /// <param name="kept">q [units], written: the recurrent sums of n.</param>
    /// <param name="before">h' [units].</param>
    /// <param name="next">h [units], written.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void ForwardAfter(Span<float> gates, ReadOnlySpan<float> recurrent, Span<float> kept, ReadOnlySpan<float> before, Span<float> next)
    {
        int units = next.Length;
        Check(units, gates.Length, recurrent.Length, kept.Length, before.Length);
        fixed (float* pz = gates, sz = recurrent, pq = kept, pb = before, ph = next)
        {
            float* pr = pz + units, pn = pr + units, sr = sz + units, sn = sr + units;
            for (int k = 0; k < units; k += 8)
            {
                int count = units - k;
                var z = Exponentials.Sigmoid(Ends.Load(pz + k, count) + Ends.Load(sz + k, count));
                var r = Exponentials.Sigmoid(Ends.Load(pr + k, count) + Ends.Load(sr + k, count));
                var q = Ends.Load(sn + k, count);
                var n = Exponentials.Tanh(Vector256.FusedMultiplyAdd(r, q, Ends.Load(pn + k, count)));
                Ends.Store(z, pz + k, count);
                Ends.Store(r, pr + k, count);
                Ends.Store(n, pn + k, count);
                Ends.Store(q, pq + k, count);
                Ends.Store(Vector256.FusedMultiplyAdd(z, Ends.Load(pb + k, count) - n, n), ph + k, count);
            }
        }
    }

    /// <summary>Reset before the product: r = sigmoid(r), kept = r·h'.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Reset(Span<float> r, ReadOnlySpan<float> before, Span<float> kept)
    {
        int units = kept.Length;
        Check(units, 3 * r.Length, 3 * r.Length, kept.Length, before.Length);
        fixed (float* pr = r, pb = before, pk = kept)
        {
            for (int k = 0; k < units; k += 8)
            {
                int count = units - k;
                var reset = Exponentials.Sigmoid(Ends.Load(pr + k, count));
                Ends.Store(reset, pr + k, count);
                Ends.Store(reset * Ends.Load(pb + k, count), pk + k, count);
            }
        }
    }

    /// <summary>Forward, reset before the product, after <see cref="Reset"/>: z = sigmoid(z), n = tanh(n), h = z·h' + (1 - z)·n.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void ForwardBefore(Span<float> gates, ReadOnlySpan<float> before, Span<float> next)
    {
        int units = next.Length;
        Check(units, gates.Length, gates.Length, units, before.Length);
        fixed (float* pz = gates, pb = before, ph = next)
        {
            float* pn = pz + (2 * units);
            for (int k = 0; k < units; k += 8)
            {
                int count = units - k;
                var z = Exponentials.Sigmoid(Ends.Load(pz + k, count));
                var n = Exponentials.Tanh(Ends.Load(pn + k, count));
                Ends.Store(z, pz + k, count);
                Ends.Store(n, pn + k, count);
                Ends.Store(Vector256.FusedMultiplyAdd(z, Ends.Load(pb + k, count) - n, n), ph + k, count);
            }
        }
    }

    /// <summary>Backward of what both forms share: gradients of the sums of z and n; the state's gradient dh becomes dh·z.</summary>
    /// <param name="gates">z, r, n of forward [3 × units].</param>
    /// <param name="before">h' [units].</param>
    /// <param name="state">dh [units]; replaced by what goes straight to h'.</param>
    /// <param name="delta">[3 × units]: its parts for z and n are written.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Backward(ReadOnlySpan<float> gates, ReadOnlySpan<float> before, Span<float> state, Span<float> delta)
    {
        int units = state.Length;
        Check(units, gates.Length, delta.Length, units, before.Length);
        var one = Vector256.Create(1f);
        fixed (float* pz = gates, pb = before, ph = state, qz = delta)
        {
            float* pn = pz + (2 * units), qn = qz + (2 * units);
            for (int k = 0; k < units; k += 8)
            {
                int count = units - k;
                Vector256<float> z = Ends.Load(pz + k, count), n = Ends.Load(pn + k, count), dh = Ends.Load(ph + k, count);
                var dn = dh * (one - z);
                Ends.Store(dn * (Ends.Load(pb + k, count) - n) * z, qz + k, count);
                Ends.Store(dn * Vector256.FusedMultiplyAdd(-n, n, one), qn + k, count);
                Ends.Store(dh * z, ph + k, count);
            }
        }
    }

    /// <summary>Backward of the reset after the product: from the gradient of n's sum to those of r's sum and of q.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void ResetAfterBackward(ReadOnlySpan<float> r, ReadOnlySpan<float> kept, ReadOnlySpan<float> sum, Span<float> reset, Span<float> recurrent)
    {
        int units = r.Length;
        Check(units, 3 * kept.Length, 3 * sum.Length, reset.Length, recurrent.Length);
        var one = Vector256.Create(1f);
        fixed (float* pr = r, pq = kept, pn = sum, qr = reset, qq = recurrent)
        {
            for (int k = 0; k < units; k += 8)
            {
                int count = units - k;
                Vector256<float> a = Ends.Load(pr + k, count), dn = Ends.Load(pn + k, count);
                Ends.Store(dn * Ends.Load(pq + k, count) * (a * (one - a)), qr + k, count);
                Ends.Store(dn * a, qq + k, count);
            }
        }
    }

    /// <summary>Backward of the reset before the product: from the gradient of r·h' to that of r's sum, and state += that gradient·r.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void ResetBeforeBackward(ReadOnlySpan<float> r, ReadOnlySpan<float> before, ReadOnlySpan<float> product, Span<float> reset, Span<float> state)
    {
        int units = r.Length;
        Check(units, 3 * before.Length, 3 * product.Length, reset.Length, state.Length);
        var one = Vector256.Create(1f);
        fixed (float* pr = r, pb = before, pm = product, qr = reset, ph = state)
        {
            for (int k = 0; k < units; k += 8)
            {
                int count = units - k;
                Vector256<float> a = Ends.Load(pr + k, count), dm = Ends.Load(pm + k, count);
                Ends.Store(dm * Ends.Load(pb + k, count) * (a * (one - a)), qr + k, count);
                Ends.Store(Vector256.FusedMultiplyAdd(dm, a, Ends.Load(ph + k, count)), ph + k, count);
            }
        }
    }

    private static void Check(int units, int gates, int otherGates, int first, int second)
    {
        if (gates != 3 * units || otherGates != 3 * units || first != units || second != units)
        {
            throw new ArgumentException($"A cell of {units} units wants gates of {3 * units} and states of {units}, but has {gates}, {otherGates}, {first} and {second}.");
        }
    }
}
