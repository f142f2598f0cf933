using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>The innermost loops of <see cref="SparseProducts"/>, for AVX2. Sums are plain locals because the compiler keeps only those in registers.</summary>
internal static unsafe class SparseBlocks
{
    /// <summary>Numbers from one list to the next: 64, and what is written behind the end of a list.</summary>
    public const int ListStride = 64 + 8;

    /// <summary>Rows of C by the 64 columns of four panels: each row sums over its own list of places.</summary>
    /// <param name="lists">The lists.</param>
    /// <param name="counts">How long each list is.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="a">A.</param>
    /// <param name="aStride">Row stride of A.</param>
    /// <param name="b">The first panel, [inner][16].</param>
    /// <param name="panelLength">Numbers from one panel to the next.</param>
    /// <param name="c">C.</param>
    /// <param name="cStride">Row stride of C.</param>
    /// <param name="load">Begin from the numbers in C.</param>
    /// <param name="bias">What is added at the end, or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void RowsBy64(int* lists, int* counts, int rows, float* a, nint aStride, float* b, nint panelLength, float* c, nint cStride, bool load, float* bias)
    {
        float* b1 = b + panelLength, b2 = b1 + panelLength, b3 = b2 + panelLength;
        for (; rows > 0; rows--, lists += ListStride, counts++, a += aStride, c += cStride)
        {
            Vector256<float> s0, s1, s2, s3, s4, s5, s6, s7;
            if (load)
            {
                s0 = Vector256.Load(c); s1 = Vector256.Load(c + 8); s2 = Vector256.Load(c + 16); s3 = Vector256.Load(c + 24);
                s4 = Vector256.Load(c + 32); s5 = Vector256.Load(c + 40); s6 = Vector256.Load(c + 48); s7 = Vector256.Load(c + 56);
            }
            else { s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = Vector256<float>.Zero; }
            int* list = lists, end = lists + (*counts & ~1);
            for (; list != end; list += 2)
            {
                nint at0 = list[0];
                var x0 = Vector256.Create(a[at0]);
                at0 *= 16;
                s0 = Fma.MultiplyAdd(x0, Vector256.Load(b + at0), s0); s1 = Fma.MultiplyAdd(x0, Vector256.Load(b + at0 + 8), s1);
                s2 = Fma.MultiplyAdd(x0, Vector256.Load(b1 + at0), s2); s3 = Fma.MultiplyAdd(x0, Vector256.Load(b1 + at0 + 8), s3);
                s4 = Fma.MultiplyAdd(x0, Vector256.Load(b2 + at0), s4); s5 = Fma.MultiplyAdd(x0, Vector256.Load(b2 + at0 + 8), s5);
                s6 = Fma.MultiplyAdd(x0, Vector256.Load(b3 + at0), s6); s7 = Fma.MultiplyAdd(x0, Vector256.Load(b3 + at0 + 8), s7);
                nint at1 = list[1];
                var x1 = Vector256.Create(a[at1]);
                at1 *= 16;
                s0 = Fma.MultiplyAdd(x1, Vector256.Load(b + at1), s0); s1 = Fma.MultiplyAdd(x1, Vector256.Load(b + at1 + 8), s1);
                s2 = Fma.MultiplyAdd(x1, Vector256.Load(b1 + at1), s2); s3 = Fma.MultiplyAdd(x1, Vector256.Load(b1 + at1 + 8), s3);
                s4 = Fma.MultiplyAdd(x1, Vector256.Load(b2 + at1), s4); s5 = Fma.MultiplyAdd(x1, Vector256.Load(b2 + at1 + 8), s5);
                s6 = Fma.MultiplyAdd(x1, Vector256.Load(b3 + at1), s6); s7 = Fma.MultiplyAdd(x1, Vector256.Load(b3 + at1 + 8), s7);
            }
            if ((*counts & 1) != 0)
            {
                nint at0 = list[0];
                var x0 = Vector256.Create(a[at0]);
                at0 *= 16;
                s0 = Fma.MultiplyAdd(x0, Vector256.Load(b + at0), s0); s1 = Fma.MultiplyAdd(x0, Vector256.Load(b + at0 + 8), s1);
                s2 = Fma.MultiplyAdd(x0, Vector256.Load(b1 + at0), s2); s3 = Fma.MultiplyAdd(x0, Vector256.Load(b1 + at0 + 8), s3);
                s4 = Fma.MultiplyAdd(x0, Vector256.Load(b2 + at0), s4); s5 = Fma.MultiplyAdd(x0, Vector256.Load(b2 + at0 + 8), s5);
                s6 = Fma.MultiplyAdd(x0, Vector256.Load(b3 + at0), s6); s7 = Fma.MultiplyAdd(x0, Vector256.Load(b3 + at0 + 8), s7);
            }
            if (bias is not null)
            {
                s0 += Vector256.Load(bias); s1 += Vector256.Load(bias + 8); s2 += Vector256.Load(bias + 16); s3 += Vector256.Load(bias + 24);
                s4 += Vector256.Load(bias + 32); s5 += Vector256.Load(bias + 40); s6 += Vector256.Load(bias + 48); s7 += Vector256.Load(bias + 56);
            }
            s0.Store(c); s1.Store(c + 8); s2.Store(c + 16); s3.Store(c + 24);
            s4.Store(c + 32); s5.Store(c + 40); s6.Store(c + 48); s7.Store(c + 56);
        }
    }
}
