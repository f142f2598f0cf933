using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Register blocks of <see cref="Avx2RunBlocks"/> with up to 8 columns. See <see cref="Avx2RunForms"/>.</summary>
internal static unsafe class Avx2NarrowRunForms
{
    /// <summary>blocks times c[8, up to 8] from a[8] and b[8].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block8X8<TColumns>(int blocks, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IAvx2Columns
    {
        nint a1 = steps.ARow, a2 = 2 * a1, a3 = 3 * a1, cRow = steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int runs = steps.Runs, length = steps.Length;
        int last = width;
        var mask = Avx2Ends.Lanes(last);
        for (; blocks > 0; blocks--, a += 8 * a1, c += 8 * cRow)
        {
            Vector256<float> s00;
            Vector256<float> s10;
            Vector256<float> s20;
            Vector256<float> s30;
            Vector256<float> s40;
            Vector256<float> s50;
            Vector256<float> s60;
            Vector256<float> s70;
            if (load)
            {
                s00 = Avx.MaskLoad(c, mask);
                s10 = Avx.MaskLoad(c + cRow, mask);
                s20 = Avx.MaskLoad(c + 2 * cRow, mask);
                s30 = Avx.MaskLoad(c + 3 * cRow, mask);
                s40 = Avx.MaskLoad(c + 4 * cRow, mask);
                s50 = Avx.MaskLoad(c + 5 * cRow, mask);
                s60 = Avx.MaskLoad(c + 6 * cRow, mask);
                s70 = Avx.MaskLoad(c + 7 * cRow, mask);
            }
            else
            {
                s00 = Vector256<float>.Zero;
                s10 = Vector256<float>.Zero;
                s20 = Vector256<float>.Zero;
                s30 = Vector256<float>.Zero;
                s40 = Vector256<float>.Zero;
                s50 = Vector256<float>.Zero;
                s60 = Vector256<float>.Zero;
                s70 = Vector256<float>.Zero;
            }
            float* run = a, pb = b;
            for (var r = runs; r > 0; r--, run += aRun)
            {
                var p = run;
                var p4 = p + 4 * a1;
                for (var k = length; k > 0; k--)
                {
                    var b0 = TColumns.Load(pb, mask);
                    var x0 = Vector256.Create(*p);
                    s00 = Fma.MultiplyAdd(x0, b0, s00);
                    var x1 = Vector256.Create(*(p + a1));
                    s10 = Fma.MultiplyAdd(x1, b0, s10);
                    var x2 = Vector256.Create(*(p + a2));
                    s20 = Fma.MultiplyAdd(x2, b0, s20);
                    var x3 = Vector256.Create(*(p + a3));
                    s30 = Fma.MultiplyAdd(x3, b0, s30);
                    var x4 = Vector256.Create(*p4);
                    s40 = Fma.MultiplyAdd(x4, b0, s40);
                    var x5 = Vector256.Create(*(p4 + a1));
                    s50 = Fma.MultiplyAdd(x5, b0, s50);
                    var x6 = Vector256.Create(*(p4 + a2));
                    s60 = Fma.MultiplyAdd(x6, b0, s60);
                    var x7 = Vector256.Create(*(p4 + a3));
                    s70 = Fma.MultiplyAdd(x7, b0, s70);
                    p += aInner;
                    p4 += aInner;
                    pb += bInner;
                }
            }
            if (bias is not null)
            {
                var bias0 = Avx.MaskLoad(bias, mask);
                s00 += bias0;
                s10 += bias0;
                s20 += bias0;
                s30 += bias0;
                s40 += bias0;
                s50 += bias0;
                s60 += bias0;
                s70 += bias0;
            }
            Avx2Ends.Store(s00, c, last);
            Avx2Ends.Store(s10, c + cRow, last);
            Avx2Ends.Store(s20, c + 2 * cRow, last);
            Avx2Ends.Store(s30, c + 3 * cRow, last);
            Avx2Ends.Store(s40, c + 4 * cRow, last);
            Avx2Ends.Store(s50, c + 5 * cRow, last);
            Avx2Ends.Store(s60, c + 6 * cRow, last);
            Avx2Ends.Store(s70, c + 7 * cRow, last);
        }
    }

    /// <summary>c[rows, up to 8] from a[rows] and b[8], 1 to 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block4X8<TColumns>(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IAvx2Columns
    {
        // Rows that are not there repeat the last one: the same number is stored to the same place more than once.
        nint a1 = Math.Min(1, rows - 1) * steps.ARow, c1 = Math.Min(1, rows - 1) * steps.CRow;
        nint a2 = Math.Min(2, rows - 1) * steps.ARow, c2 = Math.Min(2, rows - 1) * steps.CRow;
        nint a3 = Math.Min(3, rows - 1) * steps.ARow, c3 = Math.Min(3, rows - 1) * steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int runs = steps.Runs, length = steps.Length;
        int last = width;
        var mask = Avx2Ends.Lanes(last);
        Vector256<float> s00;
        Vector256<float> s10;
        Vector256<float> s20;
        Vector256<float> s30;
        if (load)
        {
            s00 = Avx.MaskLoad(c, mask);
            s10 = Avx.MaskLoad(c + c1, mask);
            s20 = Avx.MaskLoad(c + c2, mask);
            s30 = Avx.MaskLoad(c + c3, mask);
        }
        else
        {
            s00 = Vector256<float>.Zero;
            s10 = Vector256<float>.Zero;
            s20 = Vector256<float>.Zero;
            s30 = Vector256<float>.Zero;
        }
        float* run = a, pb = b;
        for (var r = runs; r > 0; r--, run += aRun)
        {
            var p = run;
            for (var k = length; k > 0; k--)
            {
                var b0 = TColumns.Load(pb, mask);
                var x0 = Vector256.Create(*p);
                s00 = Fma.MultiplyAdd(x0, b0, s00);
                var x1 = Vector256.Create(*(p + a1));
                s10 = Fma.MultiplyAdd(x1, b0, s10);
                var x2 = Vector256.Create(*(p + a2));
                s20 = Fma.MultiplyAdd(x2, b0, s20);
                var x3 = Vector256.Create(*(p + a3));
                s30 = Fma.MultiplyAdd(x3, b0, s30);
                p += aInner;
                pb += bInner;
            }
        }
        if (bias is not null)
        {
            var bias0 = Avx.MaskLoad(bias, mask);
            s00 += bias0;
            s10 += bias0;
            s20 += bias0;
            s30 += bias0;
        }
        Avx2Ends.Store(s00, c, last);
        Avx2Ends.Store(s10, c + c1, last);
        Avx2Ends.Store(s20, c + c2, last);
        Avx2Ends.Store(s30, c + c3, last);
    }
}
