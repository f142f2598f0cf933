using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>Sums of the columns of a matrix, row by row in order: the gradient of a bias.</summary>
internal static unsafe class ColumnSums
{
    /// <summary>sums (+)= Σ over rows of x. Shapes: x [rows, columns] with a row stride, sums [columns].</summary>
    /// <remarks>Each sum is one chain of additions in the order of the rows, begun from zero or from what it holds.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(ReadOnlySpan<float> x, int stride, int rows, Span<float> sums, bool accumulate)
    {
        int columns = sums.Length;
        if (rows > 0 && x.Length < ((long)(rows - 1) * stride) + columns) throw new ArgumentException($"Has {x.Length} numbers but needs {((long)(rows - 1) * stride) + columns}.", nameof(x));
        if (!accumulate) sums.Clear();
        fixed (float* px = x, ps = sums)
        {
            int c = 0;
            for (; c <= columns - 32; c += 32)
            {
                Vector256<float> a = Vector256.Load(ps + c), b = Vector256.Load(ps + c + 8), d = Vector256.Load(ps + c + 16), e = Vector256.Load(ps + c + 24);
                float* p = px + c;
                for (int row = 0; row < rows; row++, p += stride)
                {
                    a += Vector256.Load(p);
                    b += Vector256.Load(p + 8);
                    d += Vector256.Load(p + 16);
                    e += Vector256.Load(p + 24);
                }
                a.Store(ps + c);
                b.Store(ps + c + 8);
                d.Store(ps + c + 16);
                e.Store(ps + c + 24);
            }
            for (; c <= columns - 8; c += 8)
            {
                var a = Vector256.Load(ps + c);
                float* p = px + c;
                for (int row = 0; row < rows; row++, p += stride) a += Vector256.Load(p);
                a.Store(ps + c);
            }
            for (; c < columns; c++)
            {
                float a = ps[c];
                float* p = px + c;
                for (int row = 0; row < rows; row++, p += stride) a += *p;
                ps[c] = a;
            }
        }
    }
}
