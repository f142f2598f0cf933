using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Register blocks of <see cref="Avx2RunBlocks"/> with columns in three vectors; otherwise as <see cref="Avx2RunForms"/>.</summary>
internal static unsafe class Avx2WideRunForms
{
    /// <summary>c[rows, up to 24] from a[rows] and b[24], 1 to 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block4X24<TColumns>(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IAvx2Columns
    {
        // Rows that are not there repeat the last one: the same number is stored to the same place more than once.
        nint a1 = Math.Min(1, rows - 1) * steps.ARow, c1 = Math.Min(1, rows - 1) * steps.CRow;
        nint a2 = Math.Min(2, rows - 1) * steps.ARow, c2 = Math.Min(2, rows - 1) * steps.CRow;
        nint a3 = Math.Min(3, rows - 1) * steps.ARow, c3 = Math.Min(3, rows - 1) * steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, half = steps.BSecond, aRun = steps.ARun;
        int runs = steps.Runs, length = steps.Length;
        int last = width - 16;
        var mask = Avx2Ends.Lanes(last);
        Vector256<float> s00, s01, s02;
        Vector256<float> s10, s11, s12;
        Vector256<float> s20, s21, s22;
        Vector256<float> s30, s31, s32;
        if (load)
        {
            s00 = Vector256.Load(c); s01 = Vector256.Load(c + 8); s02 = Avx.MaskLoad(c + 16, mask);
            s10 = Vector256.Load(c + c1); s11 = Vector256.Load(c + c1 + 8); s12 = Avx.MaskLoad(c + c1 + 16, mask);
            s20 = Vector256.Load(c + c2); s21 = Vector256.Load(c + c2 + 8); s22 = Avx.MaskLoad(c + c2 + 16, mask);
            s30 = Vector256.Load(c + c3); s31 = Vector256.Load(c + c3 + 8); s32 = Avx.MaskLoad(c + c3 + 16, mask);
        }
        else
        {
            s00 = s01 = s02 = Vector256<float>.Zero;
            s10 = s11 = s12 = Vector256<float>.Zero;
            s20 = s21 = s22 = Vector256<float>.Zero;
            s30 = s31 = s32 = Vector256<float>.Zero;
        }
        float* run = a, pb = b;
        for (var r = runs; r > 0; r--, run += aRun)
        {
            var p = run;
            for (var k = length; k > 0; k--)
            {
                var b0 = Vector256.Load(pb);
                var b1 = Vector256.Load(pb + 8);
                var b2 = TColumns.Load(pb + half, mask);
                var x0 = Vector256.Create(*p);
                s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01); s02 = Fma.MultiplyAdd(x0, b2, s02);
                var x1 = Vector256.Create(*(p + a1));
                s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11); s12 = Fma.MultiplyAdd(x1, b2, s12);
                var x2 = Vector256.Create(*(p + a2));
                s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21); s22 = Fma.MultiplyAdd(x2, b2, s22);
                var x3 = Vector256.Create(*(p + a3));
                s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31); s32 = Fma.MultiplyAdd(x3, b2, s32);
                p += aInner;
                pb += bInner;
            }
        }
        if (bias is not null)
        {
            var bias0 = Vector256.Load(bias);
            var bias1 = Vector256.Load(bias + 8);
            var bias2 = Avx.MaskLoad(bias + 16, mask);
            s00 += bias0; s01 += bias1; s02 += bias2;
            s10 += bias0; s11 += bias1; s12 += bias2;
            s20 += bias0; s21 += bias1; s22 += bias2;
            s30 += bias0; s31 += bias1; s32 += bias2;
        }
        s00.Store(c); s01.Store(c + 8); Avx2Ends.Store(s02, c + 16, last);
        s10.Store(c + c1); s11.Store(c + c1 + 8); Avx2Ends.Store(s12, c + c1 + 16, last);
        s20.Store(c + c2); s21.Store(c + c2 + 8); Avx2Ends.Store(s22, c + c2 + 16, last);
        s30.Store(c + c3); s31.Store(c + c3 + 8); Avx2Ends.Store(s32, c + c3 + 16, last);
    }
}
