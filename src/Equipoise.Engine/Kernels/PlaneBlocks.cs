using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Register blocks of <see cref="PlaneProducts"/>: one row of each plane by two panels, or by one without AVX-512, summed over a list of places. Sums are plain locals because the compiler keeps only those in registers.</summary>
internal static unsafe class PlaneBlocks
{
    /// <summary>Up to five planes; absent ones repeat the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block5X64(int planes, int* list, int count, float* a, nint aPlane, float* b, nint panelLength, float* c, nint cPlane, bool load)
    {
        nint a1 = Math.Min(1, planes - 1) * aPlane, c1 = Math.Min(1, planes - 1) * cPlane;
        nint a2 = Math.Min(2, planes - 1) * aPlane, c2 = Math.Min(2, planes - 1) * cPlane;
        nint a3 = Math.Min(3, planes - 1) * aPlane, c3 = Math.Min(3, planes - 1) * cPlane;
        nint a4 = Math.Min(4, planes - 1) * aPlane, c4 = Math.Min(4, planes - 1) * cPlane;
        Vector512<float> s00, s01, s02, s03;
        Vector512<float> s10, s11, s12, s13;
        Vector512<float> s20, s21, s22, s23;
        Vector512<float> s30, s31, s32, s33;
        Vector512<float> s40, s41, s42, s43;
        if (load)
        {
            s00 = Vector512.Load(c); s01 = Vector512.Load(c + 16); s02 = Vector512.Load(c + 32); s03 = Vector512.Load(c + 48);
            s10 = Vector512.Load(c + c1); s11 = Vector512.Load(c + c1 + 16); s12 = Vector512.Load(c + c1 + 32); s13 = Vector512.Load(c + c1 + 48);
            s20 = Vector512.Load(c + c2); s21 = Vector512.Load(c + c2 + 16); s22 = Vector512.Load(c + c2 + 32); s23 = Vector512.Load(c + c2 + 48);
            s30 = Vector512.Load(c + c3); s31 = Vector512.Load(c + c3 + 16); s32 = Vector512.Load(c + c3 + 32); s33 = Vector512.Load(c + c3 + 48);
            s40 = Vector512.Load(c + c4); s41 = Vector512.Load(c + c4 + 16); s42 = Vector512.Load(c + c4 + 32); s43 = Vector512.Load(c + c4 + 48);
        }
        else
        {
            s00 = s01 = s02 = s03 = Vector512<float>.Zero;
            s10 = s11 = s12 = s13 = Vector512<float>.Zero;
            s20 = s21 = s22 = s23 = Vector512<float>.Zero;
            s30 = s31 = s32 = s33 = Vector512<float>.Zero;
            s40 = s41 = s42 = s43 = Vector512<float>.Zero;
        }
        var second = b + panelLength;
        for (var end = list + count; list < end; list++)
        {
            nint at = *list;
            var x = a + at;
            at *= MatMul.PanelWidth;
            Vector512<float> b0 = Vector512.Load(b + at), b1 = Vector512.Load(b + at + 16), b2 = Vector512.Load(second + at), b3 = Vector512.Load(second + at + 16);
            var x0 = Vector512.Create(*x);
            s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00); s01 = Avx512F.FusedMultiplyAdd(x0, b1, s01); s02 = Avx512F.FusedMultiplyAdd(x0, b2, s02); s03 = Avx512F.FusedMultiplyAdd(x0, b3, s03);
            var x1 = Vector512.Create(*(x + a1));
            s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10); s11 = Avx512F.FusedMultiplyAdd(x1, b1, s11); s12 = Avx512F.FusedMultiplyAdd(x1, b2, s12); s13 = Avx512F.FusedMultiplyAdd(x1, b3, s13);
            var x2 = Vector512.Create(*(x + a2));
            s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20); s21 = Avx512F.FusedMultiplyAdd(x2, b1, s21); s22 = Avx512F.FusedMultiplyAdd(x2, b2, s22); s23 = Avx512F.FusedMultiplyAdd(x2, b3, s23);
            var x3 = Vector512.Create(*(x + a3));
            s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30); s31 = Avx512F.FusedMultiplyAdd(x3, b1, s31); s32 = Avx512F.FusedMultiplyAdd(x3, b2, s32); s33 = Avx512F.FusedMultiplyAdd(x3, b3, s33);
            var x4 = Vector512.Create(*(x + a4));
            s40 = Avx512F.FusedMultiplyAdd(x4, b0, s40); s41 = Avx512F.FusedMultiplyAdd(x4, b1, s41); s42 = Avx512F.FusedMultiplyAdd(x4, b2, s42); s43 = Avx512F.FusedMultiplyAdd(x4, b3, s43);
        }
        s00.Store(c); s01.Store(c + 16); s02.Store(c + 32); s03.Store(c + 48);
        s10.Store(c + c1); s11.Store(c + c1 + 16); s12.Store(c + c1 + 32); s13.Store(c + c1 + 48);
        s20.Store(c + c2); s21.Store(c + c2 + 16); s22.Store(c + c2 + 32); s23.Store(c + c2 + 48);
        s30.Store(c + c3); s31.Store(c + c3 + 16); s32.Store(c + c3 + 32); s33.Store(c + c3 + 48);
        s40.Store(c + c4); s41.Store(c + c4 + 16); s42.Store(c + c4 + 32); s43.Store(c + c4 + 48);
    }

    /// <summary>Up to five planes by one panel, for AVX2; absent ones repeat the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block5X16(int planes, int* list, int count, float* a, nint aPlane, float* b, float* c, nint cPlane, bool load)
    {
        nint a1 = Math.Min(1, planes - 1) * aPlane, c1 = Math.Min(1, planes - 1) * cPlane;
        nint a2 = Math.Min(2, planes - 1) * aPlane, c2 = Math.Min(2, planes - 1) * cPlane;
        nint a3 = Math.Min(3, planes - 1) * aPlane, c3 = Math.Min(3, planes - 1) * cPlane;
        nint a4 = Math.Min(4, planes - 1) * aPlane, c4 = Math.Min(4, planes - 1) * cPlane;
        Vector256<float> b0, b1, x;
        Vector256<float> s00, s01, s10, s11, s20, s21, s30, s31, s40, s41;
        if (load)
        {
            s00 = Vector256.Load(c); s01 = Vector256.Load(c + 8);
            s10 = Vector256.Load(c + c1); s11 = Vector256.Load(c + c1 + 8);
            s20 = Vector256.Load(c + c2); s21 = Vector256.Load(c + c2 + 8);
            s30 = Vector256.Load(c + c3); s31 = Vector256.Load(c + c3 + 8);
            s40 = Vector256.Load(c + c4); s41 = Vector256.Load(c + c4 + 8);
        }
        else { s00 = s01 = s10 = s11 = s20 = s21 = s30 = s31 = s40 = s41 = Vector256<float>.Zero; }
        var end = list + (count & ~1);
        for (; list != end; list += 2)
        {
            nint at0 = *list;
            var from0 = a + at0;
            at0 *= MatMul.PanelWidth;
            b0 = Vector256.Load(b + at0); b1 = Vector256.Load(b + at0 + 8);
            x = Vector256.Create(*from0); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(from0 + a1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(from0 + a2)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*(from0 + a3)); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
            x = Vector256.Create(*(from0 + a4)); s40 = Fma.MultiplyAdd(x, b0, s40); s41 = Fma.MultiplyAdd(x, b1, s41);
            nint at1 = list[1];
            var from1 = a + at1;
            at1 *= MatMul.PanelWidth;
            b0 = Vector256.Load(b + at1); b1 = Vector256.Load(b + at1 + 8);
            x = Vector256.Create(*from1); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(from1 + a1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(from1 + a2)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*(from1 + a3)); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
            x = Vector256.Create(*(from1 + a4)); s40 = Fma.MultiplyAdd(x, b0, s40); s41 = Fma.MultiplyAdd(x, b1, s41);
        }
        if ((count & 1) != 0)
        {
            nint at0 = *list;
            var from0 = a + at0;
            at0 *= MatMul.PanelWidth;
            b0 = Vector256.Load(b + at0); b1 = Vector256.Load(b + at0 + 8);
            x = Vector256.Create(*from0); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(from0 + a1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(from0 + a2)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*(from0 + a3)); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
            x = Vector256.Create(*(from0 + a4)); s40 = Fma.MultiplyAdd(x, b0, s40); s41 = Fma.MultiplyAdd(x, b1, s41);
        }
        s00.Store(c); s01.Store(c + 8);
        s10.Store(c + c1); s11.Store(c + c1 + 8);
        s20.Store(c + c2); s21.Store(c + c2 + 8);
        s30.Store(c + c3); s31.Store(c + c3 + 8);
        s40.Store(c + c4); s41.Store(c + c4 + 8);
    }

    /// <summary>Up to three planes by one panel, for AVX2; absent ones repeat the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block3X16(int planes, int* list, int count, float* a, nint aPlane, float* b, float* c, nint cPlane, bool load)
    {
        nint a1 = Math.Min(1, planes - 1) * aPlane, c1 = Math.Min(1, planes - 1) * cPlane;
        nint a2 = Math.Min(2, planes - 1) * aPlane, c2 = Math.Min(2, planes - 1) * cPlane;
        Vector256<float> s00, s01, s10, s11, s20, s21;
        if (load)
        {
            s00 = Vector256.Load(c); s01 = Vector256.Load(c + 8);
            s10 = Vector256.Load(c + c1); s11 = Vector256.Load(c + c1 + 8);
            s20 = Vector256.Load(c + c2); s21 = Vector256.Load(c + c2 + 8);
        }
        else { s00 = s01 = s10 = s11 = s20 = s21 = Vector256<float>.Zero; }
        for (var end = list + count; list < end; list++)
        {
            nint at = *list;
            var x = a + at;
            at *= MatMul.PanelWidth;
            Vector256<float> b0 = Vector256.Load(b + at), b1 = Vector256.Load(b + at + 8);
            var x0 = Vector256.Create(*x);
            s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
            var x1 = Vector256.Create(*(x + a1));
            s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
            var x2 = Vector256.Create(*(x + a2));
            s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
        }
        s00.Store(c); s01.Store(c + 8);
        s10.Store(c + c1); s11.Store(c + c1 + 8);
        s20.Store(c + c2); s21.Store(c + c2 + 8);
    }

    /// <summary>Up to three planes; absent ones repeat the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block3X64(int planes, int* list, int count, float* a, nint aPlane, float* b, nint panelLength, float* c, nint cPlane, bool load)
    {
        nint a1 = Math.Min(1, planes - 1) * aPlane, c1 = Math.Min(1, planes - 1) * cPlane;
        nint a2 = Math.Min(2, planes - 1) * aPlane, c2 = Math.Min(2, planes - 1) * cPlane;
        Vector512<float> s00, s01, s02, s03;
        Vector512<float> s10, s11, s12, s13;
        Vector512<float> s20, s21, s22, s23;
        if (load)
        {
            s00 = Vector512.Load(c); s01 = Vector512.Load(c + 16); s02 = Vector512.Load(c + 32); s03 = Vector512.Load(c + 48);
            s10 = Vector512.Load(c + c1); s11 = Vector512.Load(c + c1 + 16); s12 = Vector512.Load(c + c1 + 32); s13 = Vector512.Load(c + c1 + 48);
            s20 = Vector512.Load(c + c2); s21 = Vector512.Load(c + c2 + 16); s22 = Vector512.Load(c + c2 + 32); s23 = Vector512.Load(c + c2 + 48);
        }
        else
        {
            s00 = s01 = s02 = s03 = Vector512<float>.Zero;
            s10 = s11 = s12 = s13 = Vector512<float>.Zero;
            s20 = s21 = s22 = s23 = Vector512<float>.Zero;
        }
        var second = b + panelLength;
        for (var end = list + count; list < end; list++)
        {
            nint at = *list;
            var x = a + at;
            at *= MatMul.PanelWidth;
            Vector512<float> b0 = Vector512.Load(b + at), b1 = Vector512.Load(b + at + 16), b2 = Vector512.Load(second + at), b3 = Vector512.Load(second + at + 16);
            var x0 = Vector512.Create(*x);
            s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00); s01 = Avx512F.FusedMultiplyAdd(x0, b1, s01); s02 = Avx512F.FusedMultiplyAdd(x0, b2, s02); s03 = Avx512F.FusedMultiplyAdd(x0, b3, s03);
            var x1 = Vector512.Create(*(x + a1));
            s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10); s11 = Avx512F.FusedMultiplyAdd(x1, b1, s11); s12 = Avx512F.FusedMultiplyAdd(x1, b2, s12); s13 = Avx512F.FusedMultiplyAdd(x1, b3, s13);
            var x2 = Vector512.Create(*(x + a2));
            s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20); s21 = Avx512F.FusedMultiplyAdd(x2, b1, s21); s22 = Avx512F.FusedMultiplyAdd(x2, b2, s22); s23 = Avx512F.FusedMultiplyAdd(x2, b3, s23);
        }
        s00.Store(c); s01.Store(c + 16); s02.Store(c + 32); s03.Store(c + 48);
        s10.Store(c + c1); s11.Store(c + c1 + 16); s12.Store(c + c1 + 32); s13.Store(c + c1 + 48);
        s20.Store(c + c2); s21.Store(c + c2 + 16); s22.Store(c + c2 + 32); s23.Store(c + c2 + 48);
    }
}
