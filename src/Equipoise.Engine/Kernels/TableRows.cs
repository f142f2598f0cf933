using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Sums of rows of a table named by indices, and the way back. Shapes: table [.., stride], of which some columns are used.</summary>
/// <remarks>Each number is one chain of fused multiply-adds in the order of the entries. Indices are not checked here: the caller must. Nothing is allocated.</remarks>
internal static unsafe class TableRows
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
    // Rows of a wide table are not in the caches: they are asked for this many entries ahead.
    private const int Ahead = 8;
    private const int LineFloats = 16;

    /// <summary>sums += Σ weights[e] × table[indices[e]].</summary>
    [MethodImpl(Hot)]
    public static void AddWeighted(ReadOnlySpan<int> indices, ReadOnlySpan<float> weights, ReadOnlySpan<float> table, int stride, Span<float> sums)
    {
        int columns = sums.Length;
        fixed (int* pi = indices)
        fixed (float* pw = weights, pt = table, ps = sums)
        {
            int c = 0;
            for (; c <= columns - 64; c += 64)
            {
                float* s = ps + c;
                Vector256<float> s0 = Vector256.Load(s), s1 = Vector256.Load(s + 8), s2 = Vector256.Load(s + 16), s3 = Vector256.Load(s + 24);
                Vector256<float> s4 = Vector256.Load(s + 32), s5 = Vector256.Load(s + 40), s6 = Vector256.Load(s + 48), s7 = Vector256.Load(s + 56);
                for (int e = 0; e < indices.Length; e++)
                {
                    if (e + Ahead < indices.Length) Prefetch(pt + ((long)pi[e + Ahead] * stride) + c, 64);
                    float* row = pt + ((long)pi[e] * stride) + c;
                    var w = Vector256.Create(pw[e]);
                    s0 = Vector256.FusedMultiplyAdd(w, Vector256.Load(row), s0);
                    s1 = Vector256.FusedMultiplyAdd(w, Vector256.Load(row + 8), s1);
                    s2 = Vector256.FusedMultiplyAdd(w, Vector256.Load(row + 16), s2);
                    s3 = Vector256.FusedMultiplyAdd(w, Vector256.Load(row + 24), s3);
                    s4 = Vector256.FusedMultiplyAdd(w, Vector256.Load(row + 32), s4);
                    s5 = Vector256.FusedMultiplyAdd(w, Vector256.Load(row + 40), s5);
                    s6 = Vector256.FusedMultiplyAdd(w, Vector256.Load(row + 48), s6);
                    s7 = Vector256.FusedMultiplyAdd(w, Vector256.Load(row + 56), s7);
                }
                s0.Store(s);
                s1.Store(s + 8);
                s2.Store(s + 16);
                s3.Store(s + 24);
                s4.Store(s + 32);
                s5.Store(s + 40);
                s6.Store(s + 48);
                s7.Store(s + 56);
            }
            for (; c <= columns - 8; c += 8)
            {
                var s0 = Vector256.Load(ps + c);
                for (int e = 0; e < indices.Length; e++) s0 = Vector256.FusedMultiplyAdd(Vector256.Create(pw[e]), Vector256.Load(pt + ((long)pi[e] * stride) + c), s0);
                s0.Store(ps + c);
            }
            for (; c < columns; c++)
            {
                float s0 = ps[c];
                for (int e = 0; e < indices.Length; e++) s0 = MathF.FusedMultiplyAdd(pw[e], pt[((long)pi[e] * stride) + c], s0);
                ps[c] = s0;
            }
        }
    }

    /// <summary>table[indices[e]] += weights[e] × row, for every entry: the gradient of <see cref="AddWeighted"/>.</summary>
    [MethodImpl(Hot)]
    public static void ScatterWeighted(ReadOnlySpan<int> indices, ReadOnlySpan<float> weights, ReadOnlySpan<float> row, Span<float> table, int stride)
    {
        fixed (int* pi = indices)
        fixed (float* pw = weights, pr = row, pt = table)
        {
            for (int e = 0; e < indices.Length; e++)
            {
                if (e + Ahead < indices.Length) Prefetch(pt + ((long)pi[e + Ahead] * stride), row.Length);
                AddRow(pr, pw[e], pt + ((long)pi[e] * stride), row.Length);
            }
        }
    }

    /// <summary>table[indices[e]] += rows[e], for every entry in order: the gradient of a look-up.</summary>
    /// <param name="indices">[entries].</param>
    /// <param name="rows">[entries] rows, the first number of each.</param>
    /// <param name="rowStride">From one row to the next.</param>
    /// <param name="columns">Numbers of a row.</param>
    /// <param name="table">The first column of the table.</param>
    /// <param name="stride">From one row of the table to the next.</param>
    [MethodImpl(Hot)]
    public static void Scatter(ReadOnlySpan<int> indices, ReadOnlySpan<float> rows, int rowStride, int columns, Span<float> table, int stride)
    {
        fixed (int* pi = indices)
        fixed (float* pr = rows, pt = table)
        {
            for (int e = 0; e < indices.Length; e++)
            {
                if (e + Ahead < indices.Length) Prefetch(pt + ((long)pi[e + Ahead] * stride), columns);
                AddRow(pr + ((long)e * rowStride), 1, pt + ((long)pi[e] * stride), columns);
            }
        }
    }

    /// <summary>Sets some columns of all rows to zero.</summary>
    public static void Clear(Span<float> table, int stride, int columns, int rows)
    {
        if (columns == stride)
        {
            table[..(rows * stride)].Clear();
            return;
        }
        for (int row = 0; row < rows; row++) table.Slice(row * stride, columns).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(float* row, float weight, float* sums, int columns)
    {
        var w = Vector256.Create(weight);
        int c = 0;
        for (; c <= columns - 8; c += 8) Vector256.FusedMultiplyAdd(w, Vector256.Load(row + c), Vector256.Load(sums + c)).Store(sums + c);
        for (; c < columns; c++) sums[c] = MathF.FusedMultiplyAdd(weight, row[c], sums[c]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* row, int columns)
    {
        if (!Sse.IsSupported) return;
        for (int c = 0; c < columns; c += LineFloats) Sse.Prefetch0(row + c);
    }
}
