using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Register blocks of the matrix product for AVX2 with fused multiply-add: 6 or up to 4 rows by 16 columns, and one row by 64 columns.</summary>
/// <remarks>6 x 16 keeps 12 sums, two pieces of B and one number of A in the 16 registers. See <see cref="Avx512Blocks"/> for the rest of the reasoning.</remarks>
internal unsafe struct Avx2Blocks : IMatrixBlocks
{
    /// <inheritdoc/>
    public static int NextRows(int remaining) => remaining >= 6 && remaining is not (7 or 8) ? 6 : Math.Min(remaining, 4);

    /// <inheritdoc/>
    public static void Block(int rows, int width, in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        for (var column = 0; column < width; column += 16)
        {
            var half = bias is null ? null : bias + column;
            if (rows == 6) { Block6X16(strides, a, b + column, c + column, inner, load, half); }
            else { Block4X16(rows, strides, a, b + column, c + column, inner, load, half); }
        }
    }

    /// <inheritdoc/>
    public static void FourPanels(in Strides strides, nint panelLength, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        // A panel has 16 or 32 columns; a block takes four times sixteen.
        if (MatMul.PanelWidth == 16)
        {
            Block1X64(strides, panelLength, 2 * panelLength, 3 * panelLength, a, b, c, inner, load, bias);
            return;
        }
        for (var panel = 0; panel < 4; panel += 2, b += 2 * panelLength, c += 64)
        {
            Block1X64(strides, 16, panelLength, panelLength + 16, a, b, c, inner, load, bias is null ? null : bias + 32 * panel);
        }
    }

    /// <summary>c[6, 16] from a[6, inner] and b[inner, 16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block6X16(in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        nint a1 = strides.ARow, cRow = strides.CRow;
        nint a2 = 2 * a1;
        nint a3 = 3 * a1;
        var row4 = a + 4 * a1;
        nint aInner = strides.AInner, bInner = strides.BInner;
        Vector256<float> s00, s01;
        Vector256<float> s10, s11;
        Vector256<float> s20, s21;
        Vector256<float> s30, s31;
        Vector256<float> s40, s41;
        Vector256<float> s50, s51;
        if (load)
        {
            s00 = Vector256.Load(c); s01 = Vector256.Load(c + 8);
            s10 = Vector256.Load(c + cRow); s11 = Vector256.Load(c + cRow + 8);
            s20 = Vector256.Load(c + 2 * cRow); s21 = Vector256.Load(c + 2 * cRow + 8);
            s30 = Vector256.Load(c + 3 * cRow); s31 = Vector256.Load(c + 3 * cRow + 8);
            s40 = Vector256.Load(c + 4 * cRow); s41 = Vector256.Load(c + 4 * cRow + 8);
            s50 = Vector256.Load(c + 5 * cRow); s51 = Vector256.Load(c + 5 * cRow + 8);
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
        for (; inner > 0; inner--)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var x0 = Vector256.Create(*a);
            s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
            var x1 = Vector256.Create(*(a + a1));
            s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
            var x2 = Vector256.Create(*(a + a2));
            s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
            var x3 = Vector256.Create(*(a + a3));
            s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
            var x4 = Vector256.Create(*(row4));
            s40 = Fma.MultiplyAdd(x4, b0, s40); s41 = Fma.MultiplyAdd(x4, b1, s41);
            var x5 = Vector256.Create(*(row4 + a1));
            s50 = Fma.MultiplyAdd(x5, b0, s50); s51 = Fma.MultiplyAdd(x5, b1, s51);
            a += aInner;
            row4 += aInner;
            b += bInner;
        }
        if (bias is not null)
        {
            var bias0 = Vector256.Load(bias);
            var bias1 = Vector256.Load(bias + 8);
            s00 += bias0; s01 += bias1;
            s10 += bias0; s11 += bias1;
            s20 += bias0; s21 += bias1;
            s30 += bias0; s31 += bias1;
            s40 += bias0; s41 += bias1;
            s50 += bias0; s51 += bias1;
        }
        s00.Store(c); s01.Store(c + 8);
        s10.Store(c + cRow); s11.Store(c + cRow + 8);
        s20.Store(c + 2 * cRow); s21.Store(c + 2 * cRow + 8);
        s30.Store(c + 3 * cRow); s31.Store(c + 3 * cRow + 8);
        s40.Store(c + 4 * cRow); s41.Store(c + 4 * cRow + 8);
        s50.Store(c + 5 * cRow); s51.Store(c + 5 * cRow + 8);
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
        Vector256<float> s00, s01;
        Vector256<float> s10, s11;
        Vector256<float> s20, s21;
        Vector256<float> s30, s31;
        if (load)
        {
            s00 = Vector256.Load(c); s01 = Vector256.Load(c + 8);
            s10 = Vector256.Load(c + c1); s11 = Vector256.Load(c + c1 + 8);
            s20 = Vector256.Load(c + c2); s21 = Vector256.Load(c + c2 + 8);
            s30 = Vector256.Load(c + c3); s31 = Vector256.Load(c + c3 + 8);
        }
        else
        {
            s00 = s01 = Vector256<float>.Zero;
            s10 = s11 = Vector256<float>.Zero;
            s20 = s21 = Vector256<float>.Zero;
            s30 = s31 = Vector256<float>.Zero;
        }
        for (; inner > 0; inner--)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var x0 = Vector256.Create(*a);
            s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
            var x1 = Vector256.Create(*(a + a1));
            s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
            var x2 = Vector256.Create(*(a + a2));
            s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
            var x3 = Vector256.Create(*(a + a3));
            s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
            a += aInner;
            b += bInner;
        }
        if (bias is not null)
        {
            var bias0 = Vector256.Load(bias);
            var bias1 = Vector256.Load(bias + 8);
            s00 += bias0; s01 += bias1;
            s10 += bias0; s11 += bias1;
            s20 += bias0; s21 += bias1;
            s30 += bias0; s31 += bias1;
        }
        s00.Store(c); s01.Store(c + 8);
        s10.Store(c + c1); s11.Store(c + c1 + 8);
        s20.Store(c + c2); s21.Store(c + c2 + 8);
        s30.Store(c + c3); s31.Store(c + c3 + 8);
    }

    /// <summary>c[1, 64] from a[1, inner] and four pieces of b, the last three of them so far behind the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1X64(in Strides strides, nint p1, nint p2, nint p3, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        nint aInner = strides.AInner, bInner = strides.BInner;
        Vector256<float> s0, s1, s2, s3, s4, s5, s6, s7;
        if (load)
        {
            s0 = Vector256.Load(c); s1 = Vector256.Load(c + 8); s2 = Vector256.Load(c + 16); s3 = Vector256.Load(c + 24); s4 = Vector256.Load(c + 32); s5 = Vector256.Load(c + 40); s6 = Vector256.Load(c + 48); s7 = Vector256.Load(c + 56);
        }
        else
        {
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = Vector256<float>.Zero;
        }
        for (; inner > 0; inner--)
        {
            var x = Vector256.Create(*a);
            s0 = Fma.MultiplyAdd(x, Vector256.Load(b), s0);
            s1 = Fma.MultiplyAdd(x, Vector256.Load(b + 8), s1);
            s2 = Fma.MultiplyAdd(x, Vector256.Load(b + p1), s2);
            s3 = Fma.MultiplyAdd(x, Vector256.Load(b + p1 + 8), s3);
            s4 = Fma.MultiplyAdd(x, Vector256.Load(b + p2), s4);
            s5 = Fma.MultiplyAdd(x, Vector256.Load(b + p2 + 8), s5);
            s6 = Fma.MultiplyAdd(x, Vector256.Load(b + p3), s6);
            s7 = Fma.MultiplyAdd(x, Vector256.Load(b + p3 + 8), s7);
            a += aInner;
            b += bInner;
        }
        if (bias is not null)
        {
            s0 += Vector256.Load(bias);
            s1 += Vector256.Load(bias + 8);
            s2 += Vector256.Load(bias + 16);
            s3 += Vector256.Load(bias + 24);
            s4 += Vector256.Load(bias + 32);
            s5 += Vector256.Load(bias + 40);
            s6 += Vector256.Load(bias + 48);
            s7 += Vector256.Load(bias + 56);
        }
        s0.Store(c);
        s1.Store(c + 8);
        s2.Store(c + 16);
        s3.Store(c + 24);
        s4.Store(c + 32);
        s5.Store(c + 40);
        s6.Store(c + 48);
        s7.Store(c + 56);
    }
}
