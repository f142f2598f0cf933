using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Register blocks of the matrix product for AVX-512: 12, 8 or up to 4 rows by 32 or 16 columns, and one row by 128 columns.</summary>
/// <remarks>
/// 12 x 32 keeps 24 sums, two pieces of B and one number of A in the 32 registers; sums are plain locals because the compiler keeps only those in registers.
/// Every variant costs compile time at the first step, hence few: what is left of the rows goes through a block of 4 whose absent rows repeat the last
/// (two chains a row are bound by the latency of the multiply-add, so four rows cost what one does).
/// Ask for <see cref="Avx512F"/>, not for Vector512.IsHardwareAccelerated, which is false on early AVX-512 processors although these run it well.
/// </remarks>
internal unsafe struct Avx512Blocks : IMatrixBlocks
{
    /// <inheritdoc/>
    public static int NextRows(int remaining) => remaining >= 12 && remaining != 16 ? 12 : remaining >= 8 ? 8 : Math.Min(remaining, 4);

    /// <inheritdoc/>
    public static void Block(int rows, int width, in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        if (width > 16)
        {
            if (rows == 12) { Block12X32(strides, a, b, c, inner, load, bias); }
            else if (rows == 8) { Block8X32(strides, a, b, c, inner, load, bias); }
            else { Block4X32(rows, strides, a, b, c, inner, load, bias); }
        }
        else if (rows == 12) { Block12X16(strides, a, b, c, inner, load, bias); }
        else
        {
            for (; rows > 0; rows -= 4, a += 4 * strides.ARow, c += 4 * strides.CRow) { Block4X16(Math.Min(rows, 4), strides, a, b, c, inner, load, bias); }
        }
    }

    /// <inheritdoc/>
    public static void FourPanels(in Strides strides, nint panelLength, float* a, float* b, float* c, int inner, bool load, float* bias)
        => Block1X128(strides, panelLength, a, b, c, inner, load, bias);

    /// <summary>c[12, 32] from a[12, inner] and b[inner, 32].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block12X32(in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        nint a1 = strides.ARow, cRow = strides.CRow;
        nint a2 = 2 * a1;
        nint a3 = 3 * a1;
        var row4 = a + 4 * a1;
        var row8 = a + 8 * a1;
        nint aInner = strides.AInner, bInner = strides.BInner;
        Vector512<float> s00, s01;
        Vector512<float> s10, s11;
        Vector512<float> s20, s21;
        Vector512<float> s30, s31;
        Vector512<float> s40, s41;
        Vector512<float> s50, s51;
        Vector512<float> s60, s61;
        Vector512<float> s70, s71;
        Vector512<float> s80, s81;
        Vector512<float> s90, s91;
        Vector512<float> sa0, sa1;
        Vector512<float> sb0, sb1;
        if (load)
        {
            s00 = Vector512.Load(c); s01 = Vector512.Load(c + 16);
            s10 = Vector512.Load(c + cRow); s11 = Vector512.Load(c + cRow + 16);
            s20 = Vector512.Load(c + 2 * cRow); s21 = Vector512.Load(c + 2 * cRow + 16);
            s30 = Vector512.Load(c + 3 * cRow); s31 = Vector512.Load(c + 3 * cRow + 16);
            s40 = Vector512.Load(c + 4 * cRow); s41 = Vector512.Load(c + 4 * cRow + 16);
            s50 = Vector512.Load(c + 5 * cRow); s51 = Vector512.Load(c + 5 * cRow + 16);
            s60 = Vector512.Load(c + 6 * cRow); s61 = Vector512.Load(c + 6 * cRow + 16);
            s70 = Vector512.Load(c + 7 * cRow); s71 = Vector512.Load(c + 7 * cRow + 16);
            s80 = Vector512.Load(c + 8 * cRow); s81 = Vector512.Load(c + 8 * cRow + 16);
            s90 = Vector512.Load(c + 9 * cRow); s91 = Vector512.Load(c + 9 * cRow + 16);
            sa0 = Vector512.Load(c + 10 * cRow); sa1 = Vector512.Load(c + 10 * cRow + 16);
            sb0 = Vector512.Load(c + 11 * cRow); sb1 = Vector512.Load(c + 11 * cRow + 16);
        }
        else
        {
            s00 = s01 = Vector512<float>.Zero;
            s10 = s11 = Vector512<float>.Zero;
            s20 = s21 = Vector512<float>.Zero;
            s30 = s31 = Vector512<float>.Zero;
            s40 = s41 = Vector512<float>.Zero;
            s50 = s51 = Vector512<float>.Zero;
            s60 = s61 = Vector512<float>.Zero;
            s70 = s71 = Vector512<float>.Zero;
            s80 = s81 = Vector512<float>.Zero;
            s90 = s91 = Vector512<float>.Zero;
            sa0 = sa1 = Vector512<float>.Zero;
            sb0 = sb1 = Vector512<float>.Zero;
        }
        for (; inner > 0; inner--)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            var x0 = Vector512.Create(*a);
            s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00); s01 = Avx512F.FusedMultiplyAdd(x0, b1, s01);
            var x1 = Vector512.Create(*(a + a1));
            s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10); s11 = Avx512F.FusedMultiplyAdd(x1, b1, s11);
            var x2 = Vector512.Create(*(a + a2));
            s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20); s21 = Avx512F.FusedMultiplyAdd(x2, b1, s21);
            var x3 = Vector512.Create(*(a + a3));
            s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30); s31 = Avx512F.FusedMultiplyAdd(x3, b1, s31);
            var x4 = Vector512.Create(*(row4));
            s40 = Avx512F.FusedMultiplyAdd(x4, b0, s40); s41 = Avx512F.FusedMultiplyAdd(x4, b1, s41);
            var x5 = Vector512.Create(*(row4 + a1));
            s50 = Avx512F.FusedMultiplyAdd(x5, b0, s50); s51 = Avx512F.FusedMultiplyAdd(x5, b1, s51);
            var x6 = Vector512.Create(*(row4 + a2));
            s60 = Avx512F.FusedMultiplyAdd(x6, b0, s60); s61 = Avx512F.FusedMultiplyAdd(x6, b1, s61);
            var x7 = Vector512.Create(*(row4 + a3));
            s70 = Avx512F.FusedMultiplyAdd(x7, b0, s70); s71 = Avx512F.FusedMultiplyAdd(x7, b1, s71);
            var x8 = Vector512.Create(*(row8));
            s80 = Avx512F.FusedMultiplyAdd(x8, b0, s80); s81 = Avx512F.FusedMultiplyAdd(x8, b1, s81);
            var x9 = Vector512.Create(*(row8 + a1));
            s90 = Avx512F.FusedMultiplyAdd(x9, b0, s90); s91 = Avx512F.FusedMultiplyAdd(x9, b1, s91);
            var xa = Vector512.Create(*(row8 + a2));
            sa0 = Avx512F.FusedMultiplyAdd(xa, b0, sa0); sa1 = Avx512F.FusedMultiplyAdd(xa, b1, sa1);
            var xb = Vector512.Create(*(row8 + a3));
            sb0 = Avx512F.FusedMultiplyAdd(xb, b0, sb0); sb1 = Avx512F.FusedMultiplyAdd(xb, b1, sb1);
            a += aInner;
            row4 += aInner;
            row8 += aInner;
            b += bInner;
        }
        if (bias is not null)
        {
            var bias0 = Vector512.Load(bias);
            var bias1 = Vector512.Load(bias + 16);
            s00 += bias0; s01 += bias1;
            s10 += bias0; s11 += bias1;
            s20 += bias0; s21 += bias1;
            s30 += bias0; s31 += bias1;
            s40 += bias0; s41 += bias1;
            s50 += bias0; s51 += bias1;
            s60 += bias0; s61 += bias1;
            s70 += bias0; s71 += bias1;
            s80 += bias0; s81 += bias1;
            s90 += bias0; s91 += bias1;
            sa0 += bias0; sa1 += bias1;
            sb0 += bias0; sb1 += bias1;
        }
        s00.Store(c); s01.Store(c + 16);
        s10.Store(c + cRow); s11.Store(c + cRow + 16);
        s20.Store(c + 2 * cRow); s21.Store(c + 2 * cRow + 16);
        s30.Store(c + 3 * cRow); s31.Store(c + 3 * cRow + 16);
        s40.Store(c + 4 * cRow); s41.Store(c + 4 * cRow + 16);
        s50.Store(c + 5 * cRow); s51.Store(c + 5 * cRow + 16);
        s60.Store(c + 6 * cRow); s61.Store(c + 6 * cRow + 16);
        s70.Store(c + 7 * cRow); s71.Store(c + 7 * cRow + 16);
        s80.Store(c + 8 * cRow); s81.Store(c + 8 * cRow + 16);
        s90.Store(c + 9 * cRow); s91.Store(c + 9 * cRow + 16);
        sa0.Store(c + 10 * cRow); sa1.Store(c + 10 * cRow + 16);
        sb0.Store(c + 11 * cRow); sb1.Store(c + 11 * cRow + 16);
    }

    /// <summary>c[8, 32] from a[8, inner] and b[inner, 32].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block8X32(in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        nint a1 = strides.ARow, cRow = strides.CRow;
        nint a2 = 2 * a1;
        nint a3 = 3 * a1;
        var row4 = a + 4 * a1;
        nint aInner = strides.AInner, bInner = strides.BInner;
        Vector512<float> s00, s01;
        Vector512<float> s10, s11;
        Vector512<float> s20, s21;
        Vector512<float> s30, s31;
        Vector512<float> s40, s41;
        Vector512<float> s50, s51;
        Vector512<float> s60, s61;
        Vector512<float> s70, s71;
        if (load)
        {
            s00 = Vector512.Load(c); s01 = Vector512.Load(c + 16);
            s10 = Vector512.Load(c + cRow); s11 = Vector512.Load(c + cRow + 16);
            s20 = Vector512.Load(c + 2 * cRow); s21 = Vector512.Load(c + 2 * cRow + 16);
            s30 = Vector512.Load(c + 3 * cRow); s31 = Vector512.Load(c + 3 * cRow + 16);
            s40 = Vector512.Load(c + 4 * cRow); s41 = Vector512.Load(c + 4 * cRow + 16);
            s50 = Vector512.Load(c + 5 * cRow); s51 = Vector512.Load(c + 5 * cRow + 16);
            s60 = Vector512.Load(c + 6 * cRow); s61 = Vector512.Load(c + 6 * cRow + 16);
            s70 = Vector512.Load(c + 7 * cRow); s71 = Vector512.Load(c + 7 * cRow + 16);
        }
        else
        {
            s00 = s01 = Vector512<float>.Zero;
            s10 = s11 = Vector512<float>.Zero;
            s20 = s21 = Vector512<float>.Zero;
            s30 = s31 = Vector512<float>.Zero;
            s40 = s41 = Vector512<float>.Zero;
            s50 = s51 = Vector512<float>.Zero;
            s60 = s61 = Vector512<float>.Zero;
            s70 = s71 = Vector512<float>.Zero;
        }
        for (; inner > 0; inner--)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            var x0 = Vector512.Create(*a);
            s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00); s01 = Avx512F.FusedMultiplyAdd(x0, b1, s01);
            var x1 = Vector512.Create(*(a + a1));
            s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10); s11 = Avx512F.FusedMultiplyAdd(x1, b1, s11);
            var x2 = Vector512.Create(*(a + a2));
            s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20); s21 = Avx512F.FusedMultiplyAdd(x2, b1, s21);
            var x3 = Vector512.Create(*(a + a3));
            s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30); s31 = Avx512F.FusedMultiplyAdd(x3, b1, s31);
            var x4 = Vector512.Create(*(row4));
            s40 = Avx512F.FusedMultiplyAdd(x4, b0, s40); s41 = Avx512F.FusedMultiplyAdd(x4, b1, s41);
            var x5 = Vector512.Create(*(row4 + a1));
            s50 = Avx512F.FusedMultiplyAdd(x5, b0, s50); s51 = Avx512F.FusedMultiplyAdd(x5, b1, s51);
            var x6 = Vector512.Create(*(row4 + a2));
            s60 = Avx512F.FusedMultiplyAdd(x6, b0, s60); s61 = Avx512F.FusedMultiplyAdd(x6, b1, s61);
            var x7 = Vector512.Create(*(row4 + a3));
            s70 = Avx512F.FusedMultiplyAdd(x7, b0, s70); s71 = Avx512F.FusedMultiplyAdd(x7, b1, s71);
            a += aInner;
            row4 += aInner;
            b += bInner;
        }
        if (bias is not null)
        {
            var bias0 = Vector512.Load(bias);
            var bias1 = Vector512.Load(bias + 16);
            s00 += bias0; s01 += bias1;
            s10 += bias0; s11 += bias1;
            s20 += bias0; s21 += bias1;
            s30 += bias0; s31 += bias1;
            s40 += bias0; s41 += bias1;
            s50 += bias0; s51 += bias1;
            s60 += bias0; s61 += bias1;
            s70 += bias0; s71 += bias1;
        }
        s00.Store(c); s01.Store(c + 16);
        s10.Store(c + cRow); s11.Store(c + cRow + 16);
        s20.Store(c + 2 * cRow); s21.Store(c + 2 * cRow + 16);
        s30.Store(c + 3 * cRow); s31.Store(c + 3 * cRow + 16);
        s40.Store(c + 4 * cRow); s41.Store(c + 4 * cRow + 16);
        s50.Store(c + 5 * cRow); s51.Store(c + 5 * cRow + 16);
        s60.Store(c + 6 * cRow); s61.Store(c + 6 * cRow + 16);
        s70.Store(c + 7 * cRow); s71.Store(c + 7 * cRow + 16);
    }

    /// <summary>c[rows, 32] from a[rows, inner] and b[inner, 32], 1 to 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4X32(int rows, in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        // Rows that are not there repeat the last one: the same number is stored to the same place more than once.
        nint a1 = Math.Min(1, rows - 1) * strides.ARow, c1 = Math.Min(1, rows - 1) * strides.CRow;
        nint a2 = Math.Min(2, rows - 1) * strides.ARow, c2 = Math.Min(2, rows - 1) * strides.CRow;
        nint a3 = Math.Min(3, rows - 1) * strides.ARow, c3 = Math.Min(3, rows - 1) * strides.CRow;
        nint aInner = strides.AInner, bInner = strides.BInner;
        Vector512<float> s00, s01;
        Vector512<float> s10, s11;
        Vector512<float> s20, s21;
        Vector512<float> s30, s31;
        if (load)
        {
            s00 = Vector512.Load(c); s01 = Vector512.Load(c + 16);
            s10 = Vector512.Load(c + c1); s11 = Vector512.Load(c + c1 + 16);
            s20 = Vector512.Load(c + c2); s21 = Vector512.Load(c + c2 + 16);
            s30 = Vector512.Load(c + c3); s31 = Vector512.Load(c + c3 + 16);
        }
        else
        {
            s00 = s01 = Vector512<float>.Zero;
            s10 = s11 = Vector512<float>.Zero;
            s20 = s21 = Vector512<float>.Zero;
            s30 = s31 = Vector512<float>.Zero;
        }
        for (; inner > 0; inner--)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            var x0 = Vector512.Create(*a);
            s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00); s01 = Avx512F.FusedMultiplyAdd(x0, b1, s01);
            var x1 = Vector512.Create(*(a + a1));
            s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10); s11 = Avx512F.FusedMultiplyAdd(x1, b1, s11);
            var x2 = Vector512.Create(*(a + a2));
            s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20); s21 = Avx512F.FusedMultiplyAdd(x2, b1, s21);
            var x3 = Vector512.Create(*(a + a3));
            s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30); s31 = Avx512F.FusedMultiplyAdd(x3, b1, s31);
            a += aInner;
            b += bInner;
        }
        if (bias is not null)
        {
            var bias0 = Vector512.Load(bias);
            var bias1 = Vector512.Load(bias + 16);
            s00 += bias0; s01 += bias1;
            s10 += bias0; s11 += bias1;
            s20 += bias0; s21 += bias1;
            s30 += bias0; s31 += bias1;
        }
        s00.Store(c); s01.Store(c + 16);
        s10.Store(c + c1); s11.Store(c + c1 + 16);
        s20.Store(c + c2); s21.Store(c + c2 + 16);
        s30.Store(c + c3); s31.Store(c + c3 + 16);
    }

    /// <summary>c[12, 16] from a[12, inner] and b[inner, 16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block12X16(in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        nint a1 = strides.ARow, cRow = strides.CRow;
        nint a2 = 2 * a1;
        nint a3 = 3 * a1;
        var row4 = a + 4 * a1;
        var row8 = a + 8 * a1;
        nint aInner = strides.AInner, bInner = strides.BInner;
        Vector512<float> s00;
        Vector512<float> s10;
        Vector512<float> s20;
        Vector512<float> s30;
        Vector512<float> s40;
        Vector512<float> s50;
        Vector512<float> s60;
        Vector512<float> s70;
        Vector512<float> s80;
        Vector512<float> s90;
        Vector512<float> sa0;
        Vector512<float> sb0;
        if (load)
        {
            s00 = Vector512.Load(c);
            s10 = Vector512.Load(c + cRow);
            s20 = Vector512.Load(c + 2 * cRow);
            s30 = Vector512.Load(c + 3 * cRow);
            s40 = Vector512.Load(c + 4 * cRow);
            s50 = Vector512.Load(c + 5 * cRow);
            s60 = Vector512.Load(c + 6 * cRow);
            s70 = Vector512.Load(c + 7 * cRow);
            s80 = Vector512.Load(c + 8 * cRow);
            s90 = Vector512.Load(c + 9 * cRow);
            sa0 = Vector512.Load(c + 10 * cRow);
            sb0 = Vector512.Load(c + 11 * cRow);
        }
        else
        {
            s00 = Vector512<float>.Zero;
            s10 = Vector512<float>.Zero;
            s20 = Vector512<float>.Zero;
            s30 = Vector512<float>.Zero;
            s40 = Vector512<float>.Zero;
            s50 = Vector512<float>.Zero;
            s60 = Vector512<float>.Zero;
            s70 = Vector512<float>.Zero;
            s80 = Vector512<float>.Zero;
            s90 = Vector512<float>.Zero;
            sa0 = Vector512<float>.Zero;
            sb0 = Vector512<float>.Zero;
        }
        for (; inner > 0; inner--)
        {
            var b0 = Vector512.Load(b);
            var x0 = Vector512.Create(*a);
            s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00);
            var x1 = Vector512.Create(*(a + a1));
            s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10);
            var x2 = Vector512.Create(*(a + a2));
            s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20);
            var x3 = Vector512.Create(*(a + a3));
            s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30);
            var x4 = Vector512.Create(*(row4));
            s40 = Avx512F.FusedMultiplyAdd(x4, b0, s40);
            var x5 = Vector512.Create(*(row4 + a1));
            s50 = Avx512F.FusedMultiplyAdd(x5, b0, s50);
            var x6 = Vector512.Create(*(row4 + a2));
            s60 = Avx512F.FusedMultiplyAdd(x6, b0, s60);
            var x7 = Vector512.Create(*(row4 + a3));
            s70 = Avx512F.FusedMultiplyAdd(x7, b0, s70);
            var x8 = Vector512.Create(*(row8));
            s80 = Avx512F.FusedMultiplyAdd(x8, b0, s80);
            var x9 = Vector512.Create(*(row8 + a1));
            s90 = Avx512F.FusedMultiplyAdd(x9, b0, s90);
            var xa = Vector512.Create(*(row8 + a2));
            sa0 = Avx512F.FusedMultiplyAdd(xa, b0, sa0);
            var xb = Vector512.Create(*(row8 + a3));
            sb0 = Avx512F.FusedMultiplyAdd(xb, b0, sb0);
            a += aInner;
            row4 += aInner;
            row8 += aInner;
            b += bInner;
        }
        if (bias is not null)
        {
            var bias0 = Vector512.Load(bias);
            s00 += bias0;
            s10 += bias0;
            s20 += bias0;
            s30 += bias0;
            s40 += bias0;
            s50 += bias0;
            s60 += bias0;
            s70 += bias0;
            s80 += bias0;
            s90 += bias0;
            sa0 += bias0;
            sb0 += bias0;
        }
        s00.Store(c);
        s10.Store(c + cRow);
        s20.Store(c + 2 * cRow);
        s30.Store(c + 3 * cRow);
        s40.Store(c + 4 * cRow);
        s50.Store(c + 5 * cRow);
        s60.Store(c + 6 * cRow);
        s70.Store(c + 7 * cRow);
        s80.Store(c + 8 * cRow);
        s90.Store(c + 9 * cRow);
        sa0.Store(c + 10 * cRow);
        sb0.Store(c + 11 * cRow);
    }

    /// <summary>c[rows, 16] from a[rows, inner] and b[inner, 16], 1 to 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4X16(int rows, in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        // Rows that are not there repeat the last one: the same number is stored to the same place more than once.
        nint a1 = Math.Min(1, rows - 1) * strides.ARow, c1 = Math.Min(1, rows - 1) * strides.CRow;
        nint a2 = Math.Min(2, rows - 1) * strides.ARow, c2 = Math.Min(2, rows - 1) * strides.CRow;
        nint a3 = Math.Min(3, rows - 1) * strides.ARow, c3 = Math.Min(3, rows - 1) * strides.CRow;
        nint aInner = strides.AInner, bInner = strides.BInner;
        Vector512<float> s00;
        Vector512<float> s10;
        Vector512<float> s20;
        Vector512<float> s30;
        if (load)
        {
            s00 = Vector512.Load(c);
            s10 = Vector512.Load(c + c1);
            s20 = Vector512.Load(c + c2);
            s30 = Vector512.Load(c + c3);
        }
        else
        {
            s00 = Vector512<float>.Zero;
            s10 = Vector512<float>.Zero;
            s20 = Vector512<float>.Zero;
            s30 = Vector512<float>.Zero;
        }
        for (; inner > 0; inner--)
        {
            var b0 = Vector512.Load(b);
            var x0 = Vector512.Create(*a);
            s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00);
            var x1 = Vector512.Create(*(a + a1));
            s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10);
            var x2 = Vector512.Create(*(a + a2));
            s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20);
            var x3 = Vector512.Create(*(a + a3));
            s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30);
            a += aInner;
            b += bInner;
        }
        if (bias is not null)
        {
            var bias0 = Vector512.Load(bias);
            s00 += bias0;
            s10 += bias0;
            s20 += bias0;
            s30 += bias0;
        }
        s00.Store(c);
        s10.Store(c + c1);
        s20.Store(c + c2);
        s30.Store(c + c3);
    }

    /// <summary>c[1, 128] from a[1, inner] and four panels of b: eight chains hide the latency that two would show.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1X128(in Strides strides, nint panelLength, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        nint aInner = strides.AInner, bInner = strides.BInner, p1 = panelLength, p2 = 2 * panelLength, p3 = 3 * panelLength;
        Vector512<float> s0, s1, s2, s3, s4, s5, s6, s7;
        if (load)
        {
            s0 = Vector512.Load(c); s1 = Vector512.Load(c + 16); s2 = Vector512.Load(c + 32); s3 = Vector512.Load(c + 48); s4 = Vector512.Load(c + 64); s5 = Vector512.Load(c + 80); s6 = Vector512.Load(c + 96); s7 = Vector512.Load(c + 112);
        }
        else
        {
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = Vector512<float>.Zero;
        }
        for (; inner > 0; inner--)
        {
            var x = Vector512.Create(*a);
            s0 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b), s0);
            s1 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + 16), s1);
            s2 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + p1), s2);
            s3 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + p1 + 16), s3);
            s4 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + p2), s4);
            s5 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + p2 + 16), s5);
            s6 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + p3), s6);
            s7 = Avx512F.FusedMultiplyAdd(x, Vector512.Load(b + p3 + 16), s7);
            a += aInner;
            b += bInner;
        }
        if (bias is not null)
        {
            s0 += Vector512.Load(bias);
            s1 += Vector512.Load(bias + 16);
            s2 += Vector512.Load(bias + 32);
            s3 += Vector512.Load(bias + 48);
            s4 += Vector512.Load(bias + 64);
            s5 += Vector512.Load(bias + 80);
            s6 += Vector512.Load(bias + 96);
            s7 += Vector512.Load(bias + 112);
        }
        s0.Store(c);
        s1.Store(c + 16);
        s2.Store(c + 32);
        s3.Store(c + 48);
        s4.Store(c + 64);
        s5.Store(c + 80);
        s6.Store(c + 96);
        s7.Store(c + 112);
    }
}
