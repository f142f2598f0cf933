using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>The loops of <see cref="PatchProduct"/> for processors with AVX2 and fused multiply-adds. Ends go through vectors that overlap, since masked stores are slow.</summary>
internal static unsafe class Avx2PatchProduct
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
    private static int PanelWidth => MatMul.PanelWidth;
    // Columns that are taken together: a panel of AVX-512, or two of AVX2.
    private const int Pair = 32;
    // With more filters that are not zero, the sums are kept in registers.
    private const int MostFew = 4;

    /// <summary>Whether the processor has what these loops need.</summary>
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    /// <summary>
    /// See <see cref="PatchProduct.MultiplySparse"/>. The filters that are not zero are listed first. A few of them stay in registers while the columns go by, so that no branch inside
    /// depends on how many they are; of more, the sums stay in registers, twelve at a time.
    /// </summary>
    [MethodImpl(Hot)]
    public static void MultiplySparse(ReadOnlySpan<float> g, ReadOnlySpan<float> panels, Span<float> p, int rows, int filters, int columns, Span<float> list)
    {
        int stride = PatchProduct.StrideOf(columns);
        nint panel = (nint)PanelWidth * filters;
        // From the first sixteen columns of a pair to the second, and from pair to pair.
        nint second = PanelWidth == Pair ? Pair / 2 : panel, next = PanelWidth == Pair ? panel : 2 * panel;
        var orders = NonzeroLanes.Orders;
        fixed (float* pg = g, pw = panels, pp = p, values = list)
        {
            var places = (int*)(values + filters + 16);
            for (var row = 0; row < rows; row++)
            {
                var count = List(pg + (nint)row * filters, filters, orders, values, places);
                float* to = pp + (nint)row * stride, w = pw;
                if (count <= MostFew)
                {
                    Few(values, places, count, w, second, next, to, to + stride);
                    if (stride % Pair != 0) { Columns16(values, places, count, w + (stride / Pair * next), to + stride - 16); }
                    continue;
                }
                var left = stride;
                for (; left >= 96; left -= 96, to += 96, w += 3 * next) { Columns96(values, places, count, w, second, next, to); }
                if (left >= 64)
                {
                    Columns64(values, places, count, w, second, next, to);
                    left -= 64;
                    to += 64;
                    w += 2 * next;
                }
                else if (left >= Pair)
                {
                    Columns32(values, places, count, w, second, to);
                    left -= Pair;
                    to += Pair;
                    w += next;
                }
                if (left > 0) { Columns16(values, places, count, w, to); }
            }
        }
    }

    /// <summary>Adds the patches of windows that overlap to a row of pixels, of eight channels or more: pixel by pixel, with the sums in registers.</summary>
    [MethodImpl(Hot)]
    public static void AddToRow(float* p, int windows, nint stride, int size, int channels, float* row)
    {
        // Pairs of vectors, the last of which overlap; before them a single one if they are not even.
        var c = 0;
        if (((channels + 7) / 8) % 2 != 0)
        {
            AddVectors(p, windows, stride, size, channels, row);
            c = 8;
        }
        for (; c < channels; c += 16) { AddPairs(p + c, windows, stride, size, channels, Math.Min(8, channels - 8 - c), row + c); }
    }

    // Where a filter's numbers lie in a panel, and its value.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int List(float* g, int filters, ulong* orders, float* values, int* places)
    {
        var count = 0;
        for (var filter = 0; filter < filters; filter += 8)
        {
            var x = filter + 8 <= filters ? Vector256.Load(g + filter) : Avx.MaskLoad(g + filter, Avx2Ends.Lanes(filters - filter));
            var nonzero = NonzeroLanes.Of(x);
            var order = NonzeroLanes.Order(orders, nonzero);
            Avx2.PermuteVar8x32(x, order).Store(values + count);
            ((order + Vector256.Create(filter)) * PanelWidth).Store(places + count);
            count += BitOperations.PopCount(nonzero);
        }
        return count;
    }

    // All pairs of columns; what is left after the last is not.
    private static void Few(float* values, int* places, int count, float* w, nint second, nint next, float* to, float* end)
    {
        switch (count)
        {
            case 0: new Span<float>(to, (int)(end - to)).Clear(); break;
            case 1: One(values, places, w, second, next, to, end); break;
            case 2: Two(values, places, w, second, next, to, end); break;
            case 3: Three(values, places, w, second, next, to, end); break;
            default: Four(values, places, w, second, next, to, end); break;
        }
    }

    [MethodImpl(Hot)]
    private static void One(float* values, int* places, float* w, nint second, nint next, float* to, float* end)
    {
        var x0 = Vector256.Create(values[0]);
        var w0 = w + places[0];
        for (nint n = 0; to + Pair <= end; to += Pair, n += next)
        {
            Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
            s0 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n), s0); s1 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + 8), s1);
            s2 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + second), s2); s3 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + second + 8), s3);
            s0.Store(to); s1.Store(to + 8); s2.Store(to + 16); s3.Store(to + 24);
        }
    }

    [MethodImpl(Hot)]
    private static void Two(float* values, int* places, float* w, nint second, nint next, float* to, float* end)
    {
        Vector256<float> x0 = Vector256.Create(values[0]), x1 = Vector256.Create(values[1]);
        float* w0 = w + places[0], w1 = w + places[1];
        for (nint n = 0; to + Pair <= end; to += Pair, n += next)
        {
            Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
            s0 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n), s0); s1 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + 8), s1);
            s2 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + second), s2); s3 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + second + 8), s3);
            s0 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n), s0); s1 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n + 8), s1);
            s2 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n + second), s2); s3 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n + second + 8), s3);
            s0.Store(to); s1.Store(to + 8); s2.Store(to + 16); s3.Store(to + 24);
        }
    }

    [MethodImpl(Hot)]
    private static void Three(float* values, int* places, float* w, nint second, nint next, float* to, float* end)
    {
        Vector256<float> x0 = Vector256.Create(values[0]), x1 = Vector256.Create(values[1]), x2 = Vector256.Create(values[2]);
        float* w0 = w + places[0], w1 = w + places[1], w2 = w + places[2];
        for (nint n = 0; to + Pair <= end; to += Pair, n += next)
        {
            Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
            s0 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n), s0); s1 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + 8), s1);
            s2 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + second), s2); s3 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + second + 8), s3);
            s0 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n), s0); s1 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n + 8), s1);
            s2 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n + second), s2); s3 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n + second + 8), s3);
            s0 = Fma.MultiplyAdd(x2, Vector256.Load(w2 + n), s0); s1 = Fma.MultiplyAdd(x2, Vector256.Load(w2 + n + 8), s1);
            s2 = Fma.MultiplyAdd(x2, Vector256.Load(w2 + n + second), s2); s3 = Fma.MultiplyAdd(x2, Vector256.Load(w2 + n + second + 8), s3);
            s0.Store(to); s1.Store(to + 8); s2.Store(to + 16); s3.Store(to + 24);
        }
    }

    [MethodImpl(Hot)]
    private static void Four(float* values, int* places, float* w, nint second, nint next, float* to, float* end)
    {
        Vector256<float> x0 = Vector256.Create(values[0]), x1 = Vector256.Create(values[1]), x2 = Vector256.Create(values[2]), x3 = Vector256.Create(values[3]);
        float* w0 = w + places[0], w1 = w + places[1], w2 = w + places[2], w3 = w + places[3];
        for (nint n = 0; to + Pair <= end; to += Pair, n += next)
        {
            Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
            s0 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n), s0); s1 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + 8), s1);
            s2 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + second), s2); s3 = Fma.MultiplyAdd(x0, Vector256.Load(w0 + n + second + 8), s3);
            s0 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n), s0); s1 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n + 8), s1);
            s2 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n + second), s2); s3 = Fma.MultiplyAdd(x1, Vector256.Load(w1 + n + second + 8), s3);
            s0 = Fma.MultiplyAdd(x2, Vector256.Load(w2 + n), s0); s1 = Fma.MultiplyAdd(x2, Vector256.Load(w2 + n + 8), s1);
            s2 = Fma.MultiplyAdd(x2, Vector256.Load(w2 + n + second), s2); s3 = Fma.MultiplyAdd(x2, Vector256.Load(w2 + n + second + 8), s3);
            s0 = Fma.MultiplyAdd(x3, Vector256.Load(w3 + n), s0); s1 = Fma.MultiplyAdd(x3, Vector256.Load(w3 + n + 8), s1);
            s2 = Fma.MultiplyAdd(x3, Vector256.Load(w3 + n + second), s2); s3 = Fma.MultiplyAdd(x3, Vector256.Load(w3 + n + second + 8), s3);
            s0.Store(to); s1.Store(to + 8); s2.Store(to + 16); s3.Store(to + 24);
        }
    }

    [MethodImpl(Hot)]
    private static void Columns96(float* values, int* places, int count, float* w, nint second, nint next, float* to)
    {
        float* w1 = w + next, w2 = w1 + next;
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Vector256<float> s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        for (nint n = 0; n < count; n++)
        {
            var x = Vector256.Create(values[n]);
            nint place = places[n];
            float* a = w + place, b = w1 + place, c = w2 + place;
            s0 = Fma.MultiplyAdd(x, Vector256.Load(a), s0); s1 = Fma.MultiplyAdd(x, Vector256.Load(a + 8), s1);
            s2 = Fma.MultiplyAdd(x, Vector256.Load(a + second), s2); s3 = Fma.MultiplyAdd(x, Vector256.Load(a + second + 8), s3);
            s4 = Fma.MultiplyAdd(x, Vector256.Load(b), s4); s5 = Fma.MultiplyAdd(x, Vector256.Load(b + 8), s5);
            s6 = Fma.MultiplyAdd(x, Vector256.Load(b + second), s6); s7 = Fma.MultiplyAdd(x, Vector256.Load(b + second + 8), s7);
            s8 = Fma.MultiplyAdd(x, Vector256.Load(c), s8); s9 = Fma.MultiplyAdd(x, Vector256.Load(c + 8), s9);
            s10 = Fma.MultiplyAdd(x, Vector256.Load(c + second), s10); s11 = Fma.MultiplyAdd(x, Vector256.Load(c + second + 8), s11);
        }
        s0.Store(to); s1.Store(to + 8); s2.Store(to + 16); s3.Store(to + 24); s4.Store(to + 32); s5.Store(to + 40);
        s6.Store(to + 48); s7.Store(to + 56); s8.Store(to + 64); s9.Store(to + 72); s10.Store(to + 80); s11.Store(to + 88);
    }

    [MethodImpl(Hot)]
    private static void Columns64(float* values, int* places, int count, float* w, nint second, nint next, float* to)
    {
        var w1 = w + next;
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (nint n = 0; n < count; n++)
        {
            var x = Vector256.Create(values[n]);
            nint place = places[n];
            float* a = w + place, b = w1 + place;
            s0 = Fma.MultiplyAdd(x, Vector256.Load(a), s0); s1 = Fma.MultiplyAdd(x, Vector256.Load(a + 8), s1);
            s2 = Fma.MultiplyAdd(x, Vector256.Load(a + second), s2); s3 = Fma.MultiplyAdd(x, Vector256.Load(a + second + 8), s3);
            s4 = Fma.MultiplyAdd(x, Vector256.Load(b), s4); s5 = Fma.MultiplyAdd(x, Vector256.Load(b + 8), s5);
            s6 = Fma.MultiplyAdd(x, Vector256.Load(b + second), s6); s7 = Fma.MultiplyAdd(x, Vector256.Load(b + second + 8), s7);
        }
        s0.Store(to); s1.Store(to + 8); s2.Store(to + 16); s3.Store(to + 24); s4.Store(to + 32); s5.Store(to + 40); s6.Store(to + 48); s7.Store(to + 56);
    }

    [MethodImpl(Hot)]
    private static void Columns32(float* values, int* places, int count, float* w, nint second, float* to)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (nint n = 0; n < count; n++)
        {
            var x = Vector256.Create(values[n]);
            var a = w + places[n];
            s0 = Fma.MultiplyAdd(x, Vector256.Load(a), s0); s1 = Fma.MultiplyAdd(x, Vector256.Load(a + 8), s1);
            s2 = Fma.MultiplyAdd(x, Vector256.Load(a + second), s2); s3 = Fma.MultiplyAdd(x, Vector256.Load(a + second + 8), s3);
        }
        s0.Store(to); s1.Store(to + 8); s2.Store(to + 16); s3.Store(to + 24);
    }

    [MethodImpl(Hot)]
    private static void Columns16(float* values, int* places, int count, float* w, float* to)
    {
        Vector256<float> s0 = default, s1 = default;
        for (nint n = 0; n < count; n++)
        {
            var x = Vector256.Create(values[n]);
            var a = w + places[n];
            s0 = Fma.MultiplyAdd(x, Vector256.Load(a), s0); s1 = Fma.MultiplyAdd(x, Vector256.Load(a + 8), s1);
        }
        s0.Store(to); s1.Store(to + 8);
    }

    // The second vector of a pair begins so many numbers after the first.
    [MethodImpl(Hot)]
    private static void AddPairs(float* p, int windows, nint stride, int size, int channels, nint second, float* pixel)
    {
        nint step = stride - channels;
        int last = windows + size - 2;
        for (var x = 0; x <= last; x++, pixel += channels)
        {
            int first = Math.Max(0, x - size + 1), terms = Math.Min(windows - 1, x) - first + 1;
            var from = p + first * stride + (x - first) * channels;
            Vector256<float> s = Vector256.Load(pixel), t = Vector256.Load(pixel + second);
            for (; terms > 0; terms--, from += step) { s += Vector256.Load(from); t += Vector256.Load(from + second); }
            s.Store(pixel);
            t.Store(pixel + second);
        }
    }

    [MethodImpl(Hot)]
    private static void AddVectors(float* p, int windows, nint stride, int size, int channels, float* pixel)
    {
        nint step = stride - channels;
        int last = windows + size - 2;
        for (var x = 0; x <= last; x++, pixel += channels)
        {
            int first = Math.Max(0, x - size + 1), terms = Math.Min(windows - 1, x) - first + 1;
            var from = p + first * stride + (x - first) * channels;
            var s = Vector256.Load(pixel);
            for (; terms > 0; terms--, from += step) { s += Vector256.Load(from); }
            s.Store(pixel);
        }
    }
}
