using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Register blocks of <see cref="Avx2RunBlocks"/> with columns in two vectors.</summary>
/// <remarks>
/// The last vector of a row of C is cut at the width; that of a row of B is read whole or through a mask, see <see cref="IAvx2Columns"/>. Sums, pieces of B, a number of A and, if need be,
/// the mask fill the 16 registers. The larger blocks take two steps of a run at a time, for fewer instructions: see <see cref="Avx2Blocks"/>. Sums are plain locals because the compiler keeps only those in registers.
/// </remarks>
internal static unsafe class Avx2RunForms
{
    /// <summary>blocks times c[6, up to 16] from a[6] and b[16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block6X16<TColumns>(int blocks, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IAvx2Columns
    {
        nint a1 = steps.ARow, a2 = 2 * a1, a3 = 3 * a1, cRow = steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        nint aBytes = 2 * sizeof(float) * aInner, bBytes = 2 * sizeof(float) * bInner;
        int runs = steps.Runs, length = steps.Length;
        int last = width - 8;
        var mask = Avx2Ends.Lanes(last);
        for (; blocks > 0; blocks--, a += 6 * a1, c += 6 * cRow)
        {
            Vector256<float> s00, s01;
            Vector256<float> s10, s11;
            Vector256<float> s20, s21;
            Vector256<float> s30, s31;
            Vector256<float> s40, s41;
            Vector256<float> s50, s51;
            Vector256<float> b0, b1, x0, x1, x2, x3, x4, x5;
            if (load)
            {
                s00 = Vector256.Load(c); s01 = Avx.MaskLoad(c + 8, mask);
                s10 = Vector256.Load(c + cRow); s11 = Avx.MaskLoad(c + cRow + 8, mask);
                s20 = Vector256.Load(c + 2 * cRow); s21 = Avx.MaskLoad(c + 2 * cRow + 8, mask);
                s30 = Vector256.Load(c + 3 * cRow); s31 = Avx.MaskLoad(c + 3 * cRow + 8, mask);
                s40 = Vector256.Load(c + 4 * cRow); s41 = Avx.MaskLoad(c + 4 * cRow + 8, mask);
                s50 = Vector256.Load(c + 5 * cRow); s51 = Avx.MaskLoad(c + 5 * cRow + 8, mask);
            }
            else
            {
                s00 = s01 = Vector256<float>.Zero;
                s10 = s11 = Vector256<float>.Zero;
                s20 = s21 = Vector256<float>.Zero;
                s30 = s31 = Vector256<float>.Zero;
                s40 = s41 = Vector256<float>.Zero;
                s50 = s51 = Vector256<float>.Zero;
            }
            float* run = a, pb = b;
            for (var r = runs; r > 0; r--, run += aRun)
            {
                var p = run;
                var p4 = p + 4 * a1;
                float* next = p + aInner, next4 = p4 + aInner, nextB = pb + bInner;
                for (var k = length; k > 1; k -= 2)
                {
                    b0 = Vector256.Load(pb);
                    b1 = TColumns.Load(pb + 8, mask);
                    x0 = Vector256.Create(*p);
                    s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                    x1 = Vector256.Create(*(p + a1));
                    s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                    x2 = Vector256.Create(*(p + a2));
                    s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                    x3 = Vector256.Create(*(p + a3));
                    s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                    x4 = Vector256.Create(*p4);
                    s40 = Fma.MultiplyAdd(x4, b0, s40); s41 = Fma.MultiplyAdd(x4, b1, s41);
                    x5 = Vector256.Create(*(p4 + a1));
                    s50 = Fma.MultiplyAdd(x5, b0, s50); s51 = Fma.MultiplyAdd(x5, b1, s51);
                    b0 = Vector256.Load(nextB);
                    b1 = TColumns.Load(nextB + 8, mask);
                    x0 = Vector256.Create(*next);
                    s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                    x1 = Vector256.Create(*(next + a1));
                    s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                    x2 = Vector256.Create(*(next + a2));
                    s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                    x3 = Vector256.Create(*(next + a3));
                    s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                    x4 = Vector256.Create(*next4);
                    s40 = Fma.MultiplyAdd(x4, b0, s40); s41 = Fma.MultiplyAdd(x4, b1, s41);
                    x5 = Vector256.Create(*(next4 + a1));
                    s50 = Fma.MultiplyAdd(x5, b0, s50); s51 = Fma.MultiplyAdd(x5, b1, s51);
                    p = (float*)((byte*)p + aBytes);
                    next = (float*)((byte*)next + aBytes);
                    p4 = (float*)((byte*)p4 + aBytes);
                    next4 = (float*)((byte*)next4 + aBytes);
                    pb = (float*)((byte*)pb + bBytes);
                    nextB = (float*)((byte*)nextB + bBytes);
                }
                if ((length & 1) != 0)
                {
                    b0 = Vector256.Load(pb);
                    b1 = TColumns.Load(pb + 8, mask);
                    x0 = Vector256.Create(*p);
                    s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                    x1 = Vector256.Create(*(p + a1));
                    s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                    x2 = Vector256.Create(*(p + a2));
                    s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                    x3 = Vector256.Create(*(p + a3));
                    s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                    x4 = Vector256.Create(*p4);
                    s40 = Fma.MultiplyAdd(x4, b0, s40); s41 = Fma.MultiplyAdd(x4, b1, s41);
                    x5 = Vector256.Create(*(p4 + a1));
                    s50 = Fma.MultiplyAdd(x5, b0, s50); s51 = Fma.MultiplyAdd(x5, b1, s51);
                    pb += bInner;
                }
            }
            if (bias is not null)
            {
                var bias0 = Vector256.Load(bias);
                var bias1 = Avx.MaskLoad(bias + 8, mask);
                s00 += bias0; s01 += bias1;
                s10 += bias0; s11 += bias1;
                s20 += bias0; s21 += bias1;
                s30 += bias0; s31 += bias1;
                s40 += bias0; s41 += bias1;
                s50 += bias0; s51 += bias1;
            }
            s00.Store(c); Avx2Ends.Store(s01, c + 8, last);
            s10.Store(c + cRow); Avx2Ends.Store(s11, c + cRow + 8, last);
            s20.Store(c + 2 * cRow); Avx2Ends.Store(s21, c + 2 * cRow + 8, last);
            s30.Store(c + 3 * cRow); Avx2Ends.Store(s31, c + 3 * cRow + 8, last);
            s40.Store(c + 4 * cRow); Avx2Ends.Store(s41, c + 4 * cRow + 8, last);
            s50.Store(c + 5 * cRow); Avx2Ends.Store(s51, c + 5 * cRow + 8, last);
        }
    }

    /// <summary>blocks times c[5, up to 16] from a[5] and b[16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block5X16<TColumns>(int blocks, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IAvx2Columns
    {
        nint a1 = steps.ARow, a2 = 2 * a1, a3 = 3 * a1, cRow = steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        nint aBytes = 2 * sizeof(float) * aInner, bBytes = 2 * sizeof(float) * bInner;
        int runs = steps.Runs, length = steps.Length;
        int last = width - 8;
        var mask = Avx2Ends.Lanes(last);
        for (; blocks > 0; blocks--, a += 5 * a1, c += 5 * cRow)
        {
            Vector256<float> s00, s01;
            Vector256<float> s10, s11;
            Vector256<float> s20, s21;
            Vector256<float> s30, s31;
            Vector256<float> s40, s41;
            Vector256<float> b0, b1, x0, x1, x2, x3, x4;
            if (load)
            {
                s00 = Vector256.Load(c); s01 = Avx.MaskLoad(c + 8, mask);
                s10 = Vector256.Load(c + cRow); s11 = Avx.MaskLoad(c + cRow + 8, mask);
                s20 = Vector256.Load(c + 2 * cRow); s21 = Avx.MaskLoad(c + 2 * cRow + 8, mask);
                s30 = Vector256.Load(c + 3 * cRow); s31 = Avx.MaskLoad(c + 3 * cRow + 8, mask);
                s40 = Vector256.Load(c + 4 * cRow); s41 = Avx.MaskLoad(c + 4 * cRow + 8, mask);
            }
            else
            {
                s00 = s01 = Vector256<float>.Zero;
                s10 = s11 = Vector256<float>.Zero;
                s20 = s21 = Vector256<float>.Zero;
                s30 = s31 = Vector256<float>.Zero;
                s40 = s41 = Vector256<float>.Zero;
            }
            float* run = a, pb = b;
            for (var r = runs; r > 0; r--, run += aRun)
            {
                var p = run;
                var p4 = p + 4 * a1;
                float* next = p + aInner, next4 = p4 + aInner, nextB = pb + bInner;
                for (var k = length; k > 1; k -= 2)
                {
                    b0 = Vector256.Load(pb);
                    b1 = TColumns.Load(pb + 8, mask);
                    x0 = Vector256.Create(*p);
                    s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                    x1 = Vector256.Create(*(p + a1));
                    s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                    x2 = Vector256.Create(*(p + a2));
                    s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                    x3 = Vector256.Create(*(p + a3));
                    s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                    x4 = Vector256.Create(*p4);
                    s40 = Fma.MultiplyAdd(x4, b0, s40); s41 = Fma.MultiplyAdd(x4, b1, s41);
                    b0 = Vector256.Load(nextB);
                    b1 = TColumns.Load(nextB + 8, mask);
                    x0 = Vector256.Create(*next);
                    s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                    x1 = Vector256.Create(*(next + a1));
                    s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                    x2 = Vector256.Create(*(next + a2));
                    s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                    x3 = Vector256.Create(*(next + a3));
                    s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                    x4 = Vector256.Create(*next4);
                    s40 = Fma.MultiplyAdd(x4, b0, s40); s41 = Fma.MultiplyAdd(x4, b1, s41);
                    p = (float*)((byte*)p + aBytes);
                    next = (float*)((byte*)next + aBytes);
                    p4 = (float*)((byte*)p4 + aBytes);
                    next4 = (float*)((byte*)next4 + aBytes);
                    pb = (float*)((byte*)pb + bBytes);
                    nextB = (float*)((byte*)nextB + bBytes);
                }
                if ((length & 1) != 0)
                {
                    b0 = Vector256.Load(pb);
                    b1 = TColumns.Load(pb + 8, mask);
                    x0 = Vector256.Create(*p);
                    s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                    x1 = Vector256.Create(*(p + a1));
                    s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                    x2 = Vector256.Create(*(p + a2));
                    s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                    x3 = Vector256.Create(*(p + a3));
                    s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                    x4 = Vector256.Create(*p4);
                    s40 = Fma.MultiplyAdd(x4, b0, s40); s41 = Fma.MultiplyAdd(x4, b1, s41);
                    pb += bInner;
                }
            }
            if (bias is not null)
            {
                var bias0 = Vector256.Load(bias);
                var bias1 = Avx.MaskLoad(bias + 8, mask);
                s00 += bias0; s01 += bias1;
                s10 += bias0; s11 += bias1;
                s20 += bias0; s21 += bias1;
                s30 += bias0; s31 += bias1;
                s40 += bias0; s41 += bias1;
            }
            s00.Store(c); Avx2Ends.Store(s01, c + 8, last);
            s10.Store(c + cRow); Avx2Ends.Store(s11, c + cRow + 8, last);
            s20.Store(c + 2 * cRow); Avx2Ends.Store(s21, c + 2 * cRow + 8, last);
            s30.Store(c + 3 * cRow); Avx2Ends.Store(s31, c + 3 * cRow + 8, last);
            s40.Store(c + 4 * cRow); Avx2Ends.Store(s41, c + 4 * cRow + 8, last);
        }
    }

    /// <summary>c[rows, up to 16] from a[rows] and b[16], 1 to 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block4X16<TColumns>(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IAvx2Columns
    {
        // Rows that are not there repeat the last one: the same number is stored to the same place more than once.
        nint a1 = Math.Min(1, rows - 1) * steps.ARow, c1 = Math.Min(1, rows - 1) * steps.CRow;
        nint a2 = Math.Min(2, rows - 1) * steps.ARow, c2 = Math.Min(2, rows - 1) * steps.CRow;
        nint a3 = Math.Min(3, rows - 1) * steps.ARow, c3 = Math.Min(3, rows - 1) * steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int runs = steps.Runs, length = steps.Length;
        int last = width - 8;
        var mask = Avx2Ends.Lanes(last);
        Vector256<float> s00, s01;
        Vector256<float> s10, s11;
        Vector256<float> s20, s21;
        Vector256<float> s30, s31;
        if (load)
        {
            s00 = Vector256.Load(c); s01 = Avx.MaskLoad(c + 8, mask);
            s10 = Vector256.Load(c + c1); s11 = Avx.MaskLoad(c + c1 + 8, mask);
            s20 = Vector256.Load(c + c2); s21 = Avx.MaskLoad(c + c2 + 8, mask);
            s30 = Vector256.Load(c + c3); s31 = Avx.MaskLoad(c + c3 + 8, mask);
        }
        else
        {
            s00 = s01 = Vector256<float>.Zero;
            s10 = s11 = Vector256<float>.Zero;
            s20 = s21 = Vector256<float>.Zero;
            s30 = s31 = Vector256<float>.Zero;
        }
        float* run = a, pb = b;
        for (var r = runs; r > 0; r--, run += aRun)
        {
            var p = run;
            for (var k = length; k > 0; k--)
            {
                var b0 = Vector256.Load(pb);
                var b1 = TColumns.Load(pb + 8, mask);
                var x0 = Vector256.Create(*p);
                s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                var x1 = Vector256.Create(*(p + a1));
                s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                var x2 = Vector256.Create(*(p + a2));
                s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                var x3 = Vector256.Create(*(p + a3));
                s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                p += aInner;
                pb += bInner;
            }
        }
        if (bias is not null)
        {
            var bias0 = Vector256.Load(bias);
            var bias1 = Avx.MaskLoad(bias + 8, mask);
            s00 += bias0; s01 += bias1;
            s10 += bias0; s11 += bias1;
            s20 += bias0; s21 += bias1;
            s30 += bias0; s31 += bias1;
        }
        s00.Store(c); Avx2Ends.Store(s01, c + 8, last);
        s10.Store(c + c1); Avx2Ends.Store(s11, c + c1 + 8, last);
        s20.Store(c + c2); Avx2Ends.Store(s21, c + c2 + 8, last);
        s30.Store(c + c3); Avx2Ends.Store(s31, c + c3 + 8, last);
    }
}
