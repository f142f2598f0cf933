using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Gradients of patches, ∂P = ∂y·Wᵀ, and their way back to the pixels.</summary>
/// <remarks>
/// Behind a pooling three quarters of ∂y are zeros, and behind a rectifier half of it: <see cref="MultiplySparse"/> leaves zeros out, which equals the full product for finite
/// weights, since each number is a chain of fused multiply-adds over the filters in ascending order either way. The order of pixels' sums is that of the patches. Nothing is allocated.
/// </remarks>
internal static unsafe class PatchProduct
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
    private static int PanelWidth => MatMul.PanelWidth;

    /// <summary>Row stride of patches with so many columns: whole panels.</summary>
    public static int StrideOf(int columns) => MatMul.PanelCount(columns) * PanelWidth;

    /// <summary>How many numbers are not zero. NaN is not.</summary>
    [MethodImpl(Hot)]
    public static int CountNonzero(ReadOnlySpan<float> x)
    {
        int count = 0, i = 0;
        for (; i <= x.Length - 8; i += 8) { count += 8 - BitOperations.PopCount(Vector256.Equals(Vector256.Create(x.Slice(i, 8)), Vector256<float>.Zero).ExtractMostSignificantBits()); }
        for (; i < x.Length; i++) { count += x[i] != 0 ? 1 : 0; }
        return count;
    }

    /// <summary>P[rows, columns] = G[rows, filters]·Wᵀ, leaving out where G is zero.</summary>
    /// <param name="g">G, row-major.</param>
    /// <param name="panels">Wᵀ [filters, columns], from <see cref="MatMul.PackTransposed"/>.</param>
    /// <param name="p">P, with rows <see cref="StrideOf"/> apart; all of a row is written.</param>
    /// <param name="rows">Rows of G and P.</param>
    /// <param name="filters">Columns of G.</param>
    /// <param name="columns">Columns of P.</param>
    /// <param name="list">Working memory: twice as many numbers as filters, and 32 more.</param>
    public static void MultiplySparse(ReadOnlySpan<float> g, ReadOnlySpan<float> panels, Span<float> p, int rows, int filters, int columns, Span<float> list)
    {
        Require(g.Length, rows * filters, nameof(g));
        Require(panels.Length, MatMul.PackedLength(filters, columns), nameof(panels));
        Require(p.Length, rows * StrideOf(columns), nameof(p));
        Require(list.Length, ListLength(filters), nameof(list));
        if (Avx512F.IsSupported) { MultiplySparse512(g, panels, p, rows, filters, columns, list); }
        else if (Avx2PatchProduct.IsSupported) { Avx2PatchProduct.MultiplySparse(g, panels, p, rows, filters, columns, list); }
        else { MultiplySparsePlain(g, panels, p, rows, filters, columns); }
    }

    /// <summary>Numbers of working memory that <see cref="MultiplySparse"/> needs.</summary>
    public static int ListLength(int filters) => (2 * filters) + 32;

    /// <summary>The obvious loops of <see cref="MultiplySparse"/>; they run where there is neither AVX-512 nor AVX2.</summary>
    [MethodImpl(Hot)]
    internal static void MultiplySparsePlain(ReadOnlySpan<float> g, ReadOnlySpan<float> panels, Span<float> p, int rows, int filters, int columns)
    {
        int stride = StrideOf(columns);
        fixed (float* pg = g, pw = panels, pp = p)
        {
            for (var row = 0; row < rows; row++)
            {
                // Panels have 16 or 32 columns.
                for (var column = 0; column < stride; column += 16)
                {
                    var inPanel = column % PanelWidth;
                    var w = pw + (nint)(column - inPanel) * filters + inPanel;
                    Vector256<float> s0 = default, s1 = default;
                    for (var filter = 0; filter < filters; filter++, w += PanelWidth)
                    {
                        var value = pg[row * filters + filter];
                        if (value == 0) { continue; }
                        var x = Vector256.Create(value);
                        s0 = Vector256.FusedMultiplyAdd(x, Vector256.Load(w), s0); s1 = Vector256.FusedMultiplyAdd(x, Vector256.Load(w + 8), s1);
                    }
                    var to = pp + (nint)row * stride + column;
                    s0.Store(to); s1.Store(to + 8);
                }
            }
        }
    }

    /// <summary>Adds each patch to its window, patch after patch.</summary>
    /// <param name="p">Patches of windows side by side, <see cref="StrideOf"/> apart: [runs, length].</param>
    /// <param name="windows">How many.</param>
    /// <param name="shape">Where the runs of a window lie.</param>
    /// <param name="image">From the first window on.</param>
    public static void AddToWindows(ReadOnlySpan<float> p, int windows, in DirectShape shape, Span<float> image)
    {
        int stride = StrideOf(shape.Inner);
        Require(p.Length, windows * stride, nameof(p));
        Require(image.Length, (shape with { Height = 1, Width = windows }).Reach, nameof(image));
        fixed (float* first = p, pixels = image)
        {
            if (shape.StrideRight == 1 && shape.DilationRight == 1 && shape.Channels >= 8)
            {
                for (var down = 0; down < shape.SizeDown; down++)
                {
                    AddToRow(first + down * shape.RunLength, windows, stride, shape.SizeRight, shape.Channels, pixels + down * shape.DilationDown * shape.RowStride);
                }
                return;
            }
            float* patch = first, window = pixels;
            for (var n = 0; n < windows; n++, patch += stride, window += shape.StrideRight * shape.Channels)
            {
                if (shape.RunsRight == 1) { AddRuns(patch, window, shape.Runs, shape.RunLength, shape.DilationDown * shape.RowStride); }
                else
                {
                    for (var run = 0; run < shape.Runs; run++) { AddRuns(patch + run * shape.RunLength, window + shape.RunOffset(run), 1, shape.RunLength, 0); }
                }
            }
        }
    }

    // Windows that overlap: pixel by pixel, with the sum in a register. Window by window each would wait for the one before to reach the cache.
    [MethodImpl(Hot)]
    private static void AddToRow(float* p, int windows, nint stride, int size, int channels, float* row)
    {
        var step = stride - channels;
        if (Avx512F.IsSupported && channels > 8)
        {
            for (var c = 0; c < channels; c += 16)
            {
                var mask = Vector512.LessThan(Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vector512.Create(channels - c)).AsSingle();
                var pixel = row + c;
                int last = windows + size - 2;
                var next = Avx512F.MaskLoad(pixel, mask, Vector512<float>.Zero);
                for (var x = 0; x <= last; x++, pixel += channels)
                {
                    int first = Math.Max(0, x - size + 1), terms = Math.Min(windows - 1, x) - first + 1;
                    var from = p + first * stride + (x - first) * channels + c;
                    var sum = next;
                    // Before the masked store below, which it would have to wait for.
                    if (x < last) { next = Avx512F.MaskLoad(pixel + channels, mask, Vector512<float>.Zero); }
                    for (; terms > 0; terms--, from += step) { sum += Avx512F.MaskLoad(from, mask, Vector512<float>.Zero); }
                    Avx512F.MaskStore(pixel, mask, sum);
                }
            }
            return;
        }
        if (Avx2PatchProduct.IsSupported && !Avx512F.IsSupported)
        {
            Avx2PatchProduct.AddToRow(p, windows, stride, size, channels, row);
            return;
        }
        AddToRowPlain(p, windows, stride, size, channels, row);
    }

    /// <summary>The obvious loops of adding to a row; they run where there is no AVX2, and for eight channels with AVX-512.</summary>
    [MethodImpl(Hot)]
    internal static void AddToRowPlain(float* p, int windows, nint stride, int size, int channels, float* row)
    {
        var step = stride - channels;
        for (var c = 0; c < channels; c += 8)
        {
            var rest = channels - c;
            var pixel = row + c;
            for (var x = 0; x < windows + size - 1; x++, pixel += channels)
            {
                int first = Math.Max(0, x - size + 1), terms = Math.Min(windows - 1, x) - first + 1;
                var from = p + first * stride + (x - first) * channels + c;
                var sum = Ends.Load(pixel, rest);
                for (; terms > 0; terms--, from += step) { sum += Ends.Load(from, rest); }
                Ends.Store(sum, pixel, rest);
            }
        }
    }

    [MethodImpl(Hot)]
    private static void AddRuns(float* patch, float* window, int runs, int length, nint distance)
    {
        if (Avx512F.IsSupported && length >= 16)
        {
            var mask = Vector512.LessThan(Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vector512.Create(length % 16)).AsSingle();
            for (; runs > 0; runs--, window += distance, patch += length)
            {
                var i = 0;
                for (; i <= length - 16; i += 16) { (Vector512.Load(window + i) + Vector512.Load(patch + i)).Store(window + i); }
                if (i < length) { Avx512F.MaskStore(window + i, mask, Avx512F.MaskLoad(window + i, mask, Vector512<float>.Zero) + Avx512F.MaskLoad(patch + i, mask, Vector512<float>.Zero)); }
            }
            return;
        }
        for (; runs > 0; runs--, window += distance, patch += length)
        {
            var i = 0;
            for (; i <= length - 8; i += 8) { (Vector256.Load(window + i) + Vector256.Load(patch + i)).Store(window + i); }
            for (; i < length; i++) { window[i] += patch[i]; }
        }
    }

    // Sixteen sums, 256 columns, at a time; the filters that are not zero are listed first.
    [SkipLocalsInit, MethodImpl(Hot)]
    private static void MultiplySparse512(ReadOnlySpan<float> g, ReadOnlySpan<float> panels, Span<float> p, int rows, int filters, int columns, Span<float> list)
    {
        int stride = StrideOf(columns);
        nint panel = (nint)PanelWidth * filters;
        var lanes = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        fixed (float* pg = g, pw = panels, pp = p, values = list)
        {
            var places = (int*)(values + filters + 16);
            for (var row = 0; row < rows; row++)
            {
                var count = 0;
                for (var filter = 0; filter < filters; filter += 16)
                {
                    var there = Vector512.LessThan(lanes, Vector512.Create(filters - filter)).AsSingle();
                    var x = Avx512F.MaskLoad(pg + (nint)row * filters + filter, there, Vector512<float>.Zero);
                    var nonzero = ~Vector512.Equals(x, Vector512<float>.Zero);
                    Avx512F.Compress(Vector512<float>.Zero, nonzero, x).Store(values + count);
                    Avx512F.Compress(Vector512<int>.Zero, nonzero.AsInt32(), (lanes + Vector512.Create(filter)) * PanelWidth).Store(places + count);
                    count += BitOperations.PopCount(nonzero.ExtractMostSignificantBits());
                }
                var to = pp + (nint)row * stride;
                var column = 0;
                for (; column <= stride - 256; column += 256) { Columns256(values, places, count, pw + (nint)column * filters, panel, to + column); }
                for (; column < stride; column += 32) { Columns32(values, places, count, pw + (nint)column * filters, to + column); }
            }
        }
    }

    [MethodImpl(Hot)]
    private static void Columns256(float* values, int* places, int count, float* w, nint panel, float* to)
    {
        nint panel2 = 2 * panel, panel3 = 3 * panel;
        var w4 = w + 4 * panel;
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        Vector512<float> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default, t6 = default, t7 = default;
        for (var n = 0; n < count; n++)
        {
            var x = Vector512.Create(values[n]);
            float* a = w + places[n], b = w4 + places[n];
            s0 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(a), s0); s1 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(a + 16), s1);
            s2 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(a + panel), s2); s3 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(a + panel + 16), s3);
            s4 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(a + panel2), s4); s5 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(a + panel2 + 16), s5);
            s6 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(a + panel3), s6); s7 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(a + panel3 + 16), s7);
            t0 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b), t0); t1 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + 16), t1);
            t2 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + panel), t2); t3 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + panel + 16), t3);
            t4 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + panel2), t4); t5 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + panel2 + 16), t5);
            t6 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + panel3), t6); t7 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + panel3 + 16), t7);
        }
        s0.Store(to); s1.Store(to + 16); s2.Store(to + 32); s3.Store(to + 48); s4.Store(to + 64); s5.Store(to + 80); s6.Store(to + 96); s7.Store(to + 112);
        t0.Store(to + 128); t1.Store(to + 144); t2.Store(to + 160); t3.Store(to + 176); t4.Store(to + 192); t5.Store(to + 208); t6.Store(to + 224); t7.Store(to + 240);
    }

    [MethodImpl(Hot)]
    private static void Columns32(float* values, int* places, int count, float* w, float* to)
    {
        Vector512<float> s0 = default, s1 = default;
        for (var n = 0; n < count; n++)
        {
            var x = Vector512.Create(values[n]);
            s0 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(w + places[n]), s0);
            s1 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(w + places[n] + 16), s1);
        }
        s0.Store(to);
        s1.Store(to + 16);
    }

    private static void Require(int length, int needed, string name)
    {
        if (length < needed) { throw new ArgumentException($"Has {length} numbers but needs {needed}.", name); }
    }
}
