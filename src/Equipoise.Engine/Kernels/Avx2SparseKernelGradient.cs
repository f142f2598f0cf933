using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>The loops of <see cref="SparseKernelGradient"/> for processors with AVX2 and fused multiply-adds.</summary>
/// <remarks>Eight positions of eight filters are turned around, so that what is not zero goes to a filter's list without a branch. Ends of runs go through vectors that overlap.</remarks>
internal static unsafe class Avx2SparseKernelGradient
{
    // Positions at a time.
    private const int Positions = 256;
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>Numbers of working memory: what a list stores at once may reach beyond its end.</summary>
    public const int WorkLength = (2 * KernelPiece.MostColumns * Stride) + Positions;

    // From list to list.
    private const int Stride = Positions + 8;

    /// <summary>See <see cref="SparseKernelGradient.Add"/>.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Add(in DirectShape shape, in KernelPiece piece, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradient, Span<float> tile, Span<float> work)
    {
        var counts = stackalloc int[KernelPiece.MostColumns];
        int total = shape.Height * shape.Width, right = 0, line = 0, place = 0;
        fixed (float* px = x, pg = outputGradient, pt = tile, values = work)
        {
            int* places = (int*)(values + KernelPiece.MostColumns * Stride), placeOf = places + KernelPiece.MostColumns * Stride;
            var g = pg + piece.FirstColumn;
            for (var position = 0; position < total; position += Positions)
            {
                var here = Math.Min(Positions, total - position);
                for (var n = 0; n < here; n++)
                {
                    placeOf[n] = place;
                    place += shape.StrideRight * shape.Channels;
                    if (++right < shape.Width) { continue; }
                    right = 0;
                    line += shape.StrideDown * shape.RowStride;
                    place = line;
                }
                for (var column = 0; column < piece.Columns; column += 8)
                {
                    var sums = piece.IsFirst ? pt + KernelTile.BiasOfSparse + column : null;
                    List(g + column, here, shape.Filters, Math.Min(8, piece.Columns - column), placeOf, values + column * Stride, places + column * Stride, counts + column, sums);
                }
                for (var column = 0; column < piece.Columns; column++)
                {
                    if (counts[column] > 0) { AddList(shape, piece, px, values + column * Stride, places + column * Stride, counts[column], pt + column * KernelPiece.MostRows); }
                }
                g += (nint)here * shape.Filters;
            }
        }
    }

    // Lists what is not zero of up to eight filters, and adds it to their sums.
    [SkipLocalsInit, MethodImpl(Hot)]
    private static void List(float* g, int positions, nint filters, int columns, int* placeOf, float* values, int* places, int* counts, float* sums)
    {
        var mask = Avx2Ends.Lanes(columns);
        var turned = stackalloc float[64];
        for (var column = 0; column < columns; column++) { counts[column] = 0; }
        var sum = sums is null ? Vector256<float>.Zero : Avx.MaskLoad(sums, mask);
        var orders = NonzeroLanes.Orders;
        for (var n = 0; n < positions; n += 8, g += 8 * filters)
        {
            var rest = positions - n;
            var r0 = Avx.MaskLoad(g, mask);
            var r1 = rest > 1 ? Avx.MaskLoad(g + filters, mask) : default;
            var r2 = rest > 2 ? Avx.MaskLoad(g + 2 * filters, mask) : default;
            var r3 = rest > 3 ? Avx.MaskLoad(g + 3 * filters, mask) : default;
            var r4 = rest > 4 ? Avx.MaskLoad(g + 4 * filters, mask) : default;
            var r5 = rest > 5 ? Avx.MaskLoad(g + 5 * filters, mask) : default;
            var r6 = rest > 6 ? Avx.MaskLoad(g + 6 * filters, mask) : default;
            var r7 = rest > 7 ? Avx.MaskLoad(g + 7 * filters, mask) : default;
            sum = AddNonzero(AddNonzero(AddNonzero(AddNonzero(sum, r0), r1), r2), r3);
            sum = AddNonzero(AddNonzero(AddNonzero(AddNonzero(sum, r4), r5), r6), r7);
            MatrixPacking.Transpose(r0, r1, r2, r3, r4, r5, r6, r7, turned, 8);
            var place = Vector256.Load(placeOf + n);
            for (var column = 0; column < columns; column++)
            {
                var x = Vector256.Load(turned + 8 * column);
                var nonzero = NonzeroLanes.Of(x);
                var order = NonzeroLanes.Order(orders, nonzero);
                var entry = column * Stride + counts[column];
                Avx2.PermuteVar8x32(x, order).Store(values + entry);
                Avx2.PermuteVar8x32(place, order).Store(places + entry);
                counts[column] += BitOperations.PopCount(nonzero);
            }
        }
        if (sums is not null) { Avx.MaskStore(sums, mask, sum); }
    }

    // What is zero adds nothing, not even to a zero with the other sign.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AddNonzero(Vector256<float> sum, Vector256<float> x) => Avx.BlendVariable(sum + x, sum, Vector256.Equals(x, Vector256<float>.Zero));

    private static void AddList(in DirectShape shape, in KernelPiece piece, float* x, float* values, int* places, int count, float* tile)
    {
        var padded = (piece.Length + 15) & ~15;
        for (var run = 0; run < piece.Count; run++, tile += padded)
        {
            float* from = x + shape.RunOffset(piece.First + run) + piece.FirstInRun, to = tile;
            var left = piece.Length;
            for (; left > 96; left -= 64, from += 64, to += 64) { AddEight(64, from, values, places, count, to); }
            if (left > 64) { AddTwelve(left, from, values, places, count, to); }
            else if (left >= 32) { AddEight(left, from, values, places, count, to); }
            else if (left >= 16) { AddFour(left, from, values, places, count, to); }
            else if (left >= 8) { AddTwo(left, from, values, places, count, to); }
            else { AddPart(left, from, values, places, count, to); }
        }
    }

    // 64 to 96 rows.
    [MethodImpl(Hot)]
    private static void AddTwelve(int length, float* x, float* values, int* places, int count, float* tile)
    {
        nint end = length - 32;
        var last = tile + end;
        Vector256<float> s0 = Vector256.Load(tile), s1 = Vector256.Load(tile + 8), s2 = Vector256.Load(tile + 16), s3 = Vector256.Load(tile + 24);
        Vector256<float> s4 = Vector256.Load(tile + 32), s5 = Vector256.Load(tile + 40), s6 = Vector256.Load(tile + 48), s7 = Vector256.Load(tile + 56);
        Vector256<float> t0 = Vector256.Load(last), t1 = Vector256.Load(last + 8), t2 = Vector256.Load(last + 16), t3 = Vector256.Load(last + 24);
        for (nint n = 0; n < count; n++)
        {
            var value = Vector256.Create(values[n]);
            float* a = x + places[n], b = a + end;
            s0 = Fma.MultiplyAdd(value, Vector256.Load(a), s0); s1 = Fma.MultiplyAdd(value, Vector256.Load(a + 8), s1);
            s2 = Fma.MultiplyAdd(value, Vector256.Load(a + 16), s2); s3 = Fma.MultiplyAdd(value, Vector256.Load(a + 24), s3);
            s4 = Fma.MultiplyAdd(value, Vector256.Load(a + 32), s4); s5 = Fma.MultiplyAdd(value, Vector256.Load(a + 40), s5);
            s6 = Fma.MultiplyAdd(value, Vector256.Load(a + 48), s6); s7 = Fma.MultiplyAdd(value, Vector256.Load(a + 56), s7);
            t0 = Fma.MultiplyAdd(value, Vector256.Load(b), t0); t1 = Fma.MultiplyAdd(value, Vector256.Load(b + 8), t1);
            t2 = Fma.MultiplyAdd(value, Vector256.Load(b + 16), t2); t3 = Fma.MultiplyAdd(value, Vector256.Load(b + 24), t3);
        }
        s0.Store(tile); s1.Store(tile + 8); s2.Store(tile + 16); s3.Store(tile + 24); s4.Store(tile + 32); s5.Store(tile + 40); s6.Store(tile + 48); s7.Store(tile + 56);
        t0.Store(last); t1.Store(last + 8); t2.Store(last + 16); t3.Store(last + 24);
    }

    // 32 to 64 rows.
    [MethodImpl(Hot)]
    private static void AddEight(int length, float* x, float* values, int* places, int count, float* tile)
    {
        nint end = length - 32;
        var last = tile + end;
        Vector256<float> s0 = Vector256.Load(tile), s1 = Vector256.Load(tile + 8), s2 = Vector256.Load(tile + 16), s3 = Vector256.Load(tile + 24);
        Vector256<float> t0 = Vector256.Load(last), t1 = Vector256.Load(last + 8), t2 = Vector256.Load(last + 16), t3 = Vector256.Load(last + 24);
        for (nint n = 0; n < count; n++)
        {
            var value = Vector256.Create(values[n]);
            float* a = x + places[n], b = a + end;
            s0 = Fma.MultiplyAdd(value, Vector256.Load(a), s0); s1 = Fma.MultiplyAdd(value, Vector256.Load(a + 8), s1);
            s2 = Fma.MultiplyAdd(value, Vector256.Load(a + 16), s2); s3 = Fma.MultiplyAdd(value, Vector256.Load(a + 24), s3);
            t0 = Fma.MultiplyAdd(value, Vector256.Load(b), t0); t1 = Fma.MultiplyAdd(value, Vector256.Load(b + 8), t1);
            t2 = Fma.MultiplyAdd(value, Vector256.Load(b + 16), t2); t3 = Fma.MultiplyAdd(value, Vector256.Load(b + 24), t3);
        }
        s0.Store(tile); s1.Store(tile + 8); s2.Store(tile + 16); s3.Store(tile + 24);
        t0.Store(last); t1.Store(last + 8); t2.Store(last + 16); t3.Store(last + 24);
    }

    // 16 to 32 rows.
    [MethodImpl(Hot)]
    private static void AddFour(int length, float* x, float* values, int* places, int count, float* tile)
    {
        nint end = length - 16;
        var last = tile + end;
        Vector256<float> s0 = Vector256.Load(tile), s1 = Vector256.Load(tile + 8), t0 = Vector256.Load(last), t1 = Vector256.Load(last + 8);
        for (nint n = 0; n < count; n++)
        {
            var value = Vector256.Create(values[n]);
            float* a = x + places[n], b = a + end;
            s0 = Fma.MultiplyAdd(value, Vector256.Load(a), s0); s1 = Fma.MultiplyAdd(value, Vector256.Load(a + 8), s1);
            t0 = Fma.MultiplyAdd(value, Vector256.Load(b), t0); t1 = Fma.MultiplyAdd(value, Vector256.Load(b + 8), t1);
        }
        s0.Store(tile); s1.Store(tile + 8);
        t0.Store(last); t1.Store(last + 8);
    }

    // 8 to 16 rows.
    [MethodImpl(Hot)]
    private static void AddTwo(int length, float* x, float* values, int* places, int count, float* tile)
    {
        nint end = length - 8;
        Vector256<float> s = Vector256.Load(tile), t = Vector256.Load(tile + end);
        for (nint n = 0; n < count; n++)
        {
            var value = Vector256.Create(values[n]);
            var from = x + places[n];
            s = Fma.MultiplyAdd(value, Vector256.Load(from), s);
            t = Fma.MultiplyAdd(value, Vector256.Load(from + end), t);
        }
        s.Store(tile);
        t.Store(tile + end);
    }

    // Less than 8 rows: a run has room for 16 in the tile, but not in the image.
    [MethodImpl(Hot)]
    private static void AddPart(int length, float* x, float* values, int* places, int count, float* tile)
    {
        var mask = Avx2Ends.Lanes(length);
        var s = Vector256.Load(tile);
        for (nint n = 0; n < count; n++) { s = Fma.MultiplyAdd(Vector256.Create(values[n]), Avx.MaskLoad(x + places[n], mask), s); }
        s.Store(tile);
    }
}
