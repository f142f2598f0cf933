using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>The gates of a gated recurrent unit, one row and one step at a time.</summary>
/// <remarks>
/// z, r = sigmoid(.), h = z·h' + (1 - z)·n, with h' the state before. Reset after the product: n = tanh(x + r·q), where q are the recurrent sums. Reset before it: n = tanh(x + q), where the
/// product behind q is of r·h'. Gates lie in the order z, r, n. The tape of a step is h', z, r, n and then q or r·h', each of the cell's units. Nothing is allocated; each unit
/// stands alone, so the bits do not depend on the vector width.
/// Forward has a loop for AVX-512, twice as fast, except with the rare reset before the product; backward waits for memory and would gain nothing.
/// </remarks>
internal static unsafe class GruCell
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>Stretches of a step's tape.</summary>
    public const int TapeUnits = 5;

    /// <summary>Forward, reset after the product.</summary>
    /// <param name="sums">[3 × units]: sums of inputs.</param>
    /// <param name="recurrent">[3 × units]: recurrent sums.</param>
    /// <param name="state">h' [units], replaced by h.</param>
    /// <param name="tape">[5 × units], written.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void ForwardAfter(ReadOnlySpan<float> sums, ReadOnlySpan<float> recurrent, Span<float> state, Span<float> tape)
    {
        int units = state.Length;
        Check(units, sums.Length, recurrent.Length, tape.Length);
        fixed (float* x = sums, y = recurrent, ph = state, t = tape)
        {
            int k = 0;
            for (; Avx512F.IsSupported && k <= units - 16; k += 16)
            {
                var z = WideExponentials.Sigmoid(Vector512.Load(x + k) + Vector512.Load(y + k));
                var r = WideExponentials.Sigmoid(Vector512.Load(x + units + k) + Vector512.Load(y + units + k));
                var q = Vector512.Load(y + (2 * units) + k);
                var n = WideExponentials.Tanh(Vector512.FusedMultiplyAdd(r, q, Vector512.Load(x + (2 * units) + k)));
                var before = Vector512.Load(ph + k);
                before.Store(t + k);
                z.Store(t + units + k);
                r.Store(t + (2 * units) + k);
                n.Store(t + (3 * units) + k);
                q.Store(t + (4 * units) + k);
                Vector512.FusedMultiplyAdd(z, before - n, n).Store(ph + k);
            }
            for (; k < units; k += 8)
            {
                int count = units - k;
                var z = Exponentials.Sigmoid(Ends.Load(x + k, count) + Ends.Load(y + k, count));
                var r = Exponentials.Sigmoid(Ends.Load(x + units + k, count) + Ends.Load(y + units + k, count));
                var q = Ends.Load(y + (2 * units) + k, count);
                var n = Exponentials.Tanh(Vector256.FusedMultiplyAdd(r, q, Ends.Load(x + (2 * units) + k, count)));
                var before = Ends.Load(ph + k, count);
                Ends.Store(before, t + k, count);
                Ends.Store(z, t + units + k, count);
                Ends.Store(r, t + (2 * units) + k, count);
                Ends.Store(n, t + (3 * units) + k, count);
                Ends.Store(q, t + (4 * units) + k, count);
                Ends.Store(Vector256.FusedMultiplyAdd(z, before - n, n), ph + k, count);
            }
        }
    }

    /// <summary>Reset before the product: r = sigmoid(r), kept = r·h'.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Reset(Span<float> r, ReadOnlySpan<float> before, Span<float> kept)
    {
        int units = kept.Length;
        if (r.Length != units || before.Length != units) throw new ArgumentException($"A cell of {units} units has states of {r.Length} and {before.Length}.");
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
    /// <param name="sums">[3 × units]: all sums of z and n, and r itself.</param>
    /// <param name="kept">r·h' [units].</param>
    /// <param name="state">h' [units], replaced by h.</param>
    /// <param name="tape">[5 × units], written.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void ForwardBefore(ReadOnlySpan<float> sums, ReadOnlySpan<float> kept, Span<float> state, Span<float> tape)
    {
        int units = state.Length;
        Check(units, sums.Length, 3 * kept.Length, tape.Length);
        fixed (float* x = sums, pk = kept, ph = state, t = tape)
        {
            for (int k = 0; k < units; k += 8)
            {
                int count = units - k;
                var z = Exponentials.Sigmoid(Ends.Load(x + k, count));
                var n = Exponentials.Tanh(Ends.Load(x + (2 * units) + k, count));
                var before = Ends.Load(ph + k, count);
                Ends.Store(before, t + k, count);
                Ends.Store(z, t + units + k, count);
                Ends.Store(Ends.Load(x + units + k, count), t + (2 * units) + k, count);
                Ends.Store(n, t + (3 * units) + k, count);
                Ends.Store(Ends.Load(pk + k, count), t + (4 * units) + k, count);
                Ends.Store(Vector256.FusedMultiplyAdd(z, before - n, n), ph + k, count);
            }
        }
    }

    /// <summary>Backward, reset after the product: from dh to the gradients of the sums of inputs and of the recurrent sums.</summary>
    /// <param name="tape">[5 × units] of forward.</param>
    /// <param name="state">dh [units]; replaced by what goes straight to h'.</param>
    /// <param name="sumGradients">[4 × units], written: those of the sums of inputs z, r, n, then of q.</param>
    /// <param name="recurrentGradients">[3 × units], written: those of the recurrent sums z, r, q.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void BackwardAfter(ReadOnlySpan<float> tape, Span<float> state, Span<float> sumGradients, Span<float> recurrentGradients)
    {
        int units = state.Length;
        Check(units, recurrentGradients.Length, sumGradients.Length - units, tape.Length);
        var one = Vector256.Create(1f);
        fixed (float* t = tape, ph = state, d = sumGradients, e = recurrentGradients)
        {
            for (int k = 0; k < units; k += 8)
            {
                int count = units - k;
                Vector256<float> z = Ends.Load(t + units + k, count), r = Ends.Load(t + (2 * units) + k, count), n = Ends.Load(t + (3 * units) + k, count);
                var dh = Ends.Load(ph + k, count);
                var toNew = dh * (one - z);
                var dz = toNew * (Ends.Load(t + k, count) - n) * z;
                var dn = toNew * Vector256.FusedMultiplyAdd(-n, n, one);
                var dr = dn * Ends.Load(t + (4 * units) + k, count) * (r * (one - r));
                var dq = dn * r;
                Ends.Store(dz, d + k, count);
                Ends.Store(dr, d + units + k, count);
                Ends.Store(dn, d + (2 * units) + k, count);
                Ends.Store(dq, d + (3 * units) + k, count);
                Ends.Store(dz, e + k, count);
                Ends.Store(dr, e + units + k, count);
                Ends.Store(dq, e + (2 * units) + k, count);
                Ends.Store(dh * z, ph + k, count);
            }
        }
    }

    /// <summary>Backward, reset before the product: from dh to the gradients of the sums of z and n. That of r waits for <see cref="ResetBackward"/>.</summary>
    /// <param name="tape">[5 × units] of forward.</param>
    /// <param name="state">dh [units]; replaced by what goes straight to h'.</param>
    /// <param name="sumGradients">[3 × units]: its parts for z and n are written.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void BackwardBefore(ReadOnlySpan<float> tape, Span<float> state, Span<float> sumGradients)
    {
        int units = state.Length;
        Check(units, sumGradients.Length, sumGradients.Length, tape.Length);
        var one = Vector256.Create(1f);
        fixed (float* t = tape, ph = state, d = sumGradients)
        {
            for (int k = 0; k < units; k += 8)
            {
                int count = units - k;
                Vector256<float> z = Ends.Load(t + units + k, count), n = Ends.Load(t + (3 * units) + k, count), dh = Ends.Load(ph + k, count);
                var toNew = dh * (one - z);
                Ends.Store(toNew * (Ends.Load(t + k, count) - n) * z, d + k, count);
                Ends.Store(toNew * Vector256.FusedMultiplyAdd(-n, n, one), d + (2 * units) + k, count);
                Ends.Store(dh * z, ph + k, count);
            }
        }
    }

    /// <summary>Backward of <see cref="Reset"/>: from the gradient of r·h' to that of r's sum, and state += that gradient·r.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void ResetBackward(ReadOnlySpan<float> r, ReadOnlySpan<float> before, ReadOnlySpan<float> product, Span<float> reset, Span<float> state)
    {
        int units = r.Length;
        if (before.Length != units || product.Length != units || reset.Length != units || state.Length != units)
        {
            throw new ArgumentException($"A cell of {units} units has stretches of {before.Length}, {product.Length}, {reset.Length} and {state.Length}.");
        }
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

    private static void Check(int units, int sums, int others, int tape)
    {
        if (sums != 3 * units || others != 3 * units || tape != TapeUnits * units)
        {
            throw new ArgumentException($"A cell of {units} units wants sums of {3 * units} and a tape of {TapeUnits * units}, but has {sums}, {others} and {tape}.");
        }
    }
}
