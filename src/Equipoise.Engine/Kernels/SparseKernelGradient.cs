using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>The gradient of a convolution's kernel where most of the output's gradient is zero, as behind a pooling or a rectifier.</summary>
/// <remarks>
/// For each filter the outputs that are not zero are listed, some hundred positions at a time; then the sums of a run stay in registers while the list goes by, window by window.
/// Each number is the chain of <see cref="DirectConvolution"/> without the steps that add nothing, so for finite images the bits are the same.
/// </remarks>
internal static unsafe class SparseKernelGradient
{
    /// <summary>Numbers of working memory.</summary>
    public const int WorkLength = Avx2SparseKernelGradient.WorkLength;

    // Positions at a time.
    private const int Positions = 256;
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>tile += Σ over outputs that are not zero, in row-major order, of x·g and, for a piece that is the first of its columns, Σ g.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="piece">Which rows and columns; not of groups.</param>
    /// <param name="x">The image.</param>
    /// <param name="outputGradient">g [height, width, filters].</param>
    /// <param name="tile">Laid out as <see cref="KernelTile"/> does for sparse gradients.</param>
    /// <param name="work">Working memory, <see cref="WorkLength"/>.</param>
    public static void Add(in DirectShape shape, in KernelPiece piece, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradient, Span<float> tile, Span<float> work)
    {
        if (piece.IsGrouped) { throw new ArgumentException("Groups have no sparse form.", nameof(piece)); }
        if (shape.Height == 0 || shape.Width == 0) { return; }
        Require(x.Length, shape.Reach, nameof(x));
        Require(outputGradient.Length, shape.Height * shape.Width * shape.Filters, nameof(outputGradient));
        Require(tile.Length, KernelPiece.TileLength, nameof(tile));
        Require(work.Length, WorkLength, nameof(work));
        if (Avx2PatchProduct.IsSupported && !Avx512F.IsSupported) { Avx2SparseKernelGradient.Add(shape, piece, x, outputGradient, tile, work); }
        else { AddWith(shape, piece, x, outputGradient, tile, work, Avx512F.IsSupported); }
    }

    [SkipLocalsInit, MethodImpl(Hot)]
    internal static void AddWith(in DirectShape shape, in KernelPiece piece, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradient, Span<float> tile, Span<float> work, bool wide)
    {
        var counts = stackalloc int[KernelPiece.MostColumns];
        int width = shape.Width, step = shape.StrideRight * shape.Channels, columns = piece.Columns;
        fixed (float* px = x, pg = outputGradient, pt = tile, values = work)
        {
            var places = (int*)(values + KernelPiece.MostColumns * Positions);
            var sums = pt + KernelTile.BiasOfSparse;
            var g = pg + piece.FirstColumn;
            int position = 0, total = shape.Height * width, right = 0, line = 0, place = 0;
            while (position < total)
            {
                for (var column = 0; column < columns; column++) { counts[column] = 0; }
                for (var end = Math.Min(total, position + Positions); position < end; position++, g += shape.Filters)
                {
                    for (var bits = Nonzero(g, columns, wide); bits != 0; bits &= bits - 1)
                    {
                        var column = BitOperations.TrailingZeroCount(bits);
                        var entry = column * Positions + counts[column]++;
                        values[entry] = g[column];
                        places[entry] = place;
                        if (piece.IsFirst) { sums[column] += g[column]; }
                    }
                    place += step;
                    if (++right == width)
                    {
                        right = 0;
                        line += shape.StrideDown * shape.RowStride;
                        place = line;
                    }
                }
                for (var column = 0; column < columns; column++)
                {
                    AddList(shape, piece, px, values + column * Positions, places + column * Positions, counts[column], pt + column * KernelPiece.MostRows, wide);
                }
            }
        }
    }

    private static void AddList(in DirectShape shape, in KernelPiece piece, float* x, float* values, int* places, int count, float* tile, bool wide)
    {
        if (count == 0) { return; }
        var padded = (piece.Length + 15) & ~15;
        for (var run = 0; run < piece.Count; run++, tile += padded)
        {
            var from = x + shape.RunOffset(piece.First + run) + piece.FirstInRun;
            if (wide)
            {
                var i = 0;
                for (; i <= piece.Length - 64; i += 64) { AddWhole(from + i, values, places, count, tile + i); }
                if (i < piece.Length) { AddPart(piece.Length - i, from + i, values, places, count, tile + i); }
            }
            else { AddPlain(piece.Length, from, values, places, count, tile); }
        }
    }

    [MethodImpl(Hot)]
    private static void AddWhole(float* x, float* values, int* places, int count, float* tile)
    {
        Vector512<float> s0 = Vector512.Load(tile), s1 = Vector512.Load(tile + 16), s2 = Vector512.Load(tile + 32), s3 = Vector512.Load(tile + 48);
        for (var n = 0; n < count; n++)
        {
            var value = Vector512.Create(values[n]);
            var from = x + places[n];
            s0 = Avx512F.FusedMultiplyAdd(value, Vector512.Load(from), s0);
            s1 = Avx512F.FusedMultiplyAdd(value, Vector512.Load(from + 16), s1);
            s2 = Avx512F.FusedMultiplyAdd(value, Vector512.Load(from + 32), s2);
            s3 = Avx512F.FusedMultiplyAdd(value, Vector512.Load(from + 48), s3);
        }
        s0.Store(tile); s1.Store(tile + 16); s2.Store(tile + 32); s3.Store(tile + 48);
    }

    // Less than 64 rows: the vector in which they end goes through a mask, those after it are left out.
    [MethodImpl(Hot)]
    private static void AddPart(int length, float* x, float* values, int* places, int count, float* tile)
    {
        Vector512<float> mask0 = Lanes(length), mask1 = Lanes(length - 16), mask2 = Lanes(length - 32), mask3 = Lanes(length - 48);
        Vector512<float> s0 = Load(tile, mask0), s1 = Load(tile + 16, mask1), s2 = Load(tile + 32, mask2), s3 = Load(tile + 48, mask3);
        if (length > 48)
        {
            for (var n = 0; n < count; n++)
            {
                var value = Vector512.Create(values[n]);
                var from = x + places[n];
                s0 = Avx512F.FusedMultiplyAdd(value, Vector512.Load(from), s0);
                s1 = Avx512F.FusedMultiplyAdd(value, Vector512.Load(from + 16), s1);
                s2 = Avx512F.FusedMultiplyAdd(value, Vector512.Load(from + 32), s2);
                s3 = Avx512F.FusedMultiplyAdd(value, Load(from + 48, mask3), s3);
            }
        }
        else
        {
            for (var n = 0; n < count; n++)
            {
                var value = Vector512.Create(values[n]);
                var from = x + places[n];
                s0 = Avx512F.FusedMultiplyAdd(value, Load(from, mask0), s0);
                s1 = Avx512F.FusedMultiplyAdd(value, Load(from + 16, mask1), s1);
                s2 = Avx512F.FusedMultiplyAdd(value, Load(from + 32, mask2), s2);
            }
        }
        Avx512F.MaskStore(tile, mask0, s0); Avx512F.MaskStore(tile + 16, mask1, s1); Avx512F.MaskStore(tile + 32, mask2, s2); Avx512F.MaskStore(tile + 48, mask3, s3);
    }

    [MethodImpl(Hot)]
    private static void AddPlain(int length, float* x, float* values, int* places, int count, float* tile)
    {
        for (var n = 0; n < count; n++)
        {
            var value = Vector256.Create(values[n]);
            var from = x + places[n];
            var i = 0;
            for (; i <= length - 8; i += 8) { Vector256.FusedMultiplyAdd(value, Vector256.Load(from + i), Vector256.Load(tile + i)).Store(tile + i); }
            for (; i < length; i++) { tile[i] = MathF.FusedMultiplyAdd(values[n], from[i], tile[i]); }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Nonzero(float* g, int count, bool wide)
    {
        if (wide) { return (uint)(~Vector512.Equals(Load(g, Lanes(count)), Vector512<float>.Zero)).ExtractMostSignificantBits(); }
        var bits = 0u;
        for (var i = 0; i < count; i++) { bits |= g[i] != 0 ? 1u << i : 0; }
        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* p, Vector512<float> mask) => Avx512F.MaskLoad(p, mask, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Lanes(int count)
        => Vector512.LessThan(Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vector512.Create(count)).AsSingle();

    private static void Require(int length, int needed, string name)
    {
        if (length < needed) { throw new ArgumentException($"Has {length} numbers but needs {needed}.", name); }
    }
}
