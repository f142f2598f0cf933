using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>Sums of rows of a table named by indices, and the way back. Shapes: table [.., stride], of which some columns are used.</summary>
/// <remarks>Each number is one chain of fused multiply-adds in the order of the entries. Indices are not checked here: the caller must. Nothing is allocated.</remarks>
internal static unsafe class TableRows
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
    // Rows of a wide table are not in the caches: they are asked for this many entries ahead.
    private const int Ahead = 8;
    private const int PartRows = 64;

    /// <summary>Into how many parts the rows of a table are cut for gradients: 64 rows to the first, 64 to the second, ..., and so on in turn.</summary>
    public const int Parts = 32;

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
                    if (e + Ahead < indices.Length) CacheLines.Fetch(pt + ((long)pi[e + Ahead] * stride) + c, 64);
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

    /// <summary>table[indices[e]] += weights[e] × row, for every entry in order: the gradient of <see cref="AddWeighted"/>. Only entries of rows of some parts. Marks the rows, if there are marks.</summary>
    [MethodImpl(Hot)]
    public static void ScatterWeighted(ReadOnlySpan<int> indices, ReadOnlySpan<float> weights, ReadOnlySpan<float> row, Span<float> table, int firstPart, int parts, RowMarks? marks)
    {
        int width = row.Length;
        fixed (int* pi = indices)
        fixed (float* pw = weights, pr = row, pt = table)
        {
            for (int e = 0; e < indices.Length; e++)
            {
                if (e + Ahead < indices.Length && IsIn(pi[e + Ahead], firstPart, parts)) CacheLines.Fetch(pt + ((long)pi[e + Ahead] * width), width);
                if (!IsIn(pi[e], firstPart, parts)) continue;
                marks?.Set(pi[e]);
                AddRow(pr, pw[e], pt + ((long)pi[e] * width), width);
            }
        }
    }

    /// <summary>table[indices[e]] += rows[e], for every entry in order: the gradient of a look-up. Only entries of rows of some parts.</summary>
    /// <param name="indices">[entries].</param>
    /// <param name="rows">[entries, width].</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="table">[.., width].</param>
    /// <param name="firstPart">The first part.</param>
    /// <param name="parts">How many parts.</param>
    /// <param name="marks">Where the rows are marked; null for nowhere.</param>
    [MethodImpl(Hot)]
    public static void Scatter(ReadOnlySpan<int> indices, ReadOnlySpan<float> rows, int width, Span<float> table, int firstPart, int parts, RowMarks? marks)
    {
        fixed (int* pi = indices)
        fixed (float* pr = rows, pt = table)
        {
            for (int e = 0; e < indices.Length; e++)
            {
                if (e + Ahead < indices.Length && IsIn(pi[e + Ahead], firstPart, parts)) CacheLines.Fetch(pt + ((long)pi[e + Ahead] * width), width);
                if (!IsIn(pi[e], firstPart, parts)) continue;
                marks?.Set(pi[e]);
                AddRow(pr + ((long)e * width), 1, pt + ((long)pi[e] * width), width);
            }
        }
    }

    /// <summary>Sets the rows of some parts to zero.</summary>
    public static void Clear(Span<float> table, int width, int firstPart, int parts)
    {
        int rows = table.Length / width;
        for (int first = firstPart * PartRows; first < rows; first += Parts * PartRows)
        {
            table[(first * width)..(Math.Min(first + (parts * PartRows), rows) * width)].Clear();
        }
    }

    // Parts take turns, so that the frequent words at the beginning of a vocabulary are spread over all.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsIn(int index, int firstPart, int parts) => (uint)(((index / PartRows) & (Parts - 1)) - firstPart) < (uint)parts;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(float* row, float weight, float* sums, int columns)
    {
        var w = Vector256.Create(weight);
        int c = 0;
        for (; c <= columns - 8; c += 8) Vector256.FusedMultiplyAdd(w, Vector256.Load(row + c), Vector256.Load(sums + c)).Store(sums + c);
        for (; c < columns; c++) sums[c] = MathF.FusedMultiplyAdd(weight, row[c], sums[c]);
    }
}
