using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Register blocks of the matrix product for AVX2 with fused multiply-add: 6 or up to 4 rows by 16 columns, and one row by 64 columns.</summary>
/// <remarks>6 x 16 keeps 12 sums, two pieces of B and one number of A in the 16 registers. Two steps of the inner index
/// at a time, with as few instructions beside the arithmetic as can be: where another program runs on the other half of a core, it takes half of the decoded instructions, and their number limits the speed
/// (a tenth fewer of them made products a fifth quicker then, and a thirtieth otherwise). See <see cref="Avx512Blocks"/> for the rest of the reasoning.</remarks>
internal unsafe struct Avx2Blocks : IMatrixBlocks
{
    // Inlined into the loops around them they would have too few registers left for addresses.
    private const MethodImplOptions Kernel = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <inheritdoc/>
    public static int NextRows(int remaining) => remaining >= 6 && remaining is not (7 or 8) ? 6 : Math.Min(remaining, 4);

    /// <inheritdoc/>
    public static void Block(int rows, int width, in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        for (var column = 0; column < width; column += 16)
        {
            var half = bias is null ? null : bias + column;
            if (rows != 6) { Block4X16(rows, strides, a, b + column, c + column, inner, load, half); }
            else if (strides.AInner == 1) { RowsOf6X16(strides, a, b + column, c + column, inner, load, half); }
            else { ColumnsOf6X16(strides, a, b + column, c + column, inner, load, half); }
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

    /// <summary>c[6, 16] from a[6, inner], whose rows are contiguous, and b[inner, 16].</summary>
    [MethodImpl(Kernel)]
    private static void RowsOf6X16(in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        nint a1 = strides.ARow, a2 = 2 * a1, bInner = strides.BInner, cRow = strides.CRow;
        float* row3 = a + 3 * a1, end = a + (inner & ~1);
        Vector256<float> s00, s01;
        Vector256<float> s10, s11;
        Vector256<float> s20, s21;
        Vector256<float> s30, s31;
        Vector256<float> s40, s41;
        Vector256<float> s50, s51;
        Vector256<float> x, b0, b1;
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
        for (; a != end; a += 2, row3 += 2, b += 2 * bInner)
        {
            b0 = Vector256.Load(b); b1 = Vector256.Load(b + 8);
            x = Vector256.Create(*a); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(a + a1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(a + a2)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*row3); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
            x = Vector256.Create(*(row3 + a1)); s40 = Fma.MultiplyAdd(x, b0, s40); s41 = Fma.MultiplyAdd(x, b1, s41);
            x = Vector256.Create(*(row3 + a2)); s50 = Fma.MultiplyAdd(x, b0, s50); s51 = Fma.MultiplyAdd(x, b1, s51);
            b0 = Vector256.Load(b + bInner); b1 = Vector256.Load(b + bInner + 8);
            x = Vector256.Create(*(a + 1)); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(a + a1 + 1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(a + a2 + 1)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*(row3 + 1)); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
            x = Vector256.Create(*(row3 + a1 + 1)); s40 = Fma.MultiplyAdd(x, b0, s40); s41 = Fma.MultiplyAdd(x, b1, s41);
            x = Vector256.Create(*(row3 + a2 + 1)); s50 = Fma.MultiplyAdd(x, b0, s50); s51 = Fma.MultiplyAdd(x, b1, s51);
        }
        if ((inner & 1) != 0)
        {
            b0 = Vector256.Load(b); b1 = Vector256.Load(b + 8);
            x = Vector256.Create(*a); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(a + a1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(a + a2)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*row3); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
            x = Vector256.Create(*(row3 + a1)); s40 = Fma.MultiplyAdd(x, b0, s40); s41 = Fma.MultiplyAdd(x, b1, s41);
            x = Vector256.Create(*(row3 + a2)); s50 = Fma.MultiplyAdd(x, b0, s50); s51 = Fma.MultiplyAdd(x, b1, s51);
        }
        if (bias is not null)
        {
            b0 = Vector256.Load(bias); b1 = Vector256.Load(bias + 8);
            s00 += b0; s01 += b1;
            s10 += b0; s11 += b1;
            s20 += b0; s21 += b1;
            s30 += b0; s31 += b1;
            s40 += b0; s41 += b1;
            s50 += b0; s51 += b1;
        }
        s00.Store(c); s01.Store(c + 8);
        s10.Store(c + cRow); s11.Store(c + cRow + 8);
        s20.Store(c + 2 * cRow); s21.Store(c + 2 * cRow + 8);
        s30.Store(c + 3 * cRow); s31.Store(c + 3 * cRow + 8);
        s40.Store(c + 4 * cRow); s41.Store(c + 4 * cRow + 8);
        s50.Store(c + 5 * cRow); s51.Store(c + 5 * cRow + 8);
    }

    /// <summary>c[6, 16] from a[6, inner], whose columns are contiguous, and b[inner, 16].</summary>
    [MethodImpl(Kernel)]
    private static void ColumnsOf6X16(in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        nint aInner = strides.AInner, bInner = strides.BInner, cRow = strides.CRow, aBytes = 2 * sizeof(float) * aInner, bBytes = 2 * sizeof(float) * bInner;
        Vector256<float> s00, s01;
        Vector256<float> s10, s11;
        Vector256<float> s20, s21;
        Vector256<float> s30, s31;
        Vector256<float> s40, s41;
        Vector256<float> s50, s51;
        Vector256<float> x, b0, b1;
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
        for (; inner > 1; inner -= 2, a = (float*)((byte*)a + aBytes), b = (float*)((byte*)b + bBytes))
        {
            b0 = Vector256.Load(b); b1 = Vector256.Load(b + 8);
            x = Vector256.Create(*a); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(a + 1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(a + 2)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*(a + 3)); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
            x = Vector256.Create(*(a + 4)); s40 = Fma.MultiplyAdd(x, b0, s40); s41 = Fma.MultiplyAdd(x, b1, s41);
            x = Vector256.Create(*(a + 5)); s50 = Fma.MultiplyAdd(x, b0, s50); s51 = Fma.MultiplyAdd(x, b1, s51);
            b0 = Vector256.Load(b + bInner); b1 = Vector256.Load(b + bInner + 8);
            x = Vector256.Create(*(a + aInner)); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(a + aInner + 1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(a + aInner + 2)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*(a + aInner + 3)); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
            x = Vector256.Create(*(a + aInner + 4)); s40 = Fma.MultiplyAdd(x, b0, s40); s41 = Fma.MultiplyAdd(x, b1, s41);
            x = Vector256.Create(*(a + aInner + 5)); s50 = Fma.MultiplyAdd(x, b0, s50); s51 = Fma.MultiplyAdd(x, b1, s51);
        }
        if (inner > 0)
        {
            b0 = Vector256.Load(b); b1 = Vector256.Load(b + 8);
            x = Vector256.Create(*a); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(a + 1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(a + 2)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*(a + 3)); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
            x = Vector256.Create(*(a + 4)); s40 = Fma.MultiplyAdd(x, b0, s40); s41 = Fma.MultiplyAdd(x, b1, s41);
            x = Vector256.Create(*(a + 5)); s50 = Fma.MultiplyAdd(x, b0, s50); s51 = Fma.MultiplyAdd(x, b1, s51);
        }
        if (bias is not null)
        {
            b0 = Vector256.Load(bias); b1 = Vector256.Load(bias + 8);
            s00 += b0; s01 += b1;
            s10 += b0; s11 += b1;
            s20 += b0; s21 += b1;
            s30 += b0; s31 += b1;
            s40 += b0; s41 += b1;
            s50 += b0; s51 += b1;
        }
        s00.Store(c); s01.Store(c + 8);
        s10.Store(c + cRow); s11.Store(c + cRow + 8);
        s20.Store(c + 2 * cRow); s21.Store(c + 2 * cRow + 8);
        s30.Store(c + 3 * cRow); s31.Store(c + 3 * cRow + 8);
        s40.Store(c + 4 * cRow); s41.Store(c + 4 * cRow + 8);
        s50.Store(c + 5 * cRow); s51.Store(c + 5 * cRow + 8);
    }

    /// <summary>c[rows, 16] from a[rows, inner] and b[inner, 16], 1 to 4 rows.</summary>
    [MethodImpl(Kernel)]
    private static void Block4X16(int rows, in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias)
    {
        // Rows that are not there repeat the last one: the same number is stored to the same place more than once.
        nint a1 = Math.Min(1, rows - 1) * strides.ARow, c1 = Math.Min(1, rows - 1) * strides.CRow;
        nint a2 = Math.Min(2, rows - 1) * strides.ARow, c2 = Math.Min(2, rows - 1) * strides.CRow;
        nint a3 = Math.Min(3, rows - 1) * strides.ARow, c3 = Math.Min(3, rows - 1) * strides.CRow;
        nint aInner = strides.AInner, bInner = strides.BInner, aBytes = 2 * sizeof(float) * aInner, bBytes = 2 * sizeof(float) * bInner;
        var next = a + aInner;
        Vector256<float> s00, s01;
        Vector256<float> s10, s11;
        Vector256<float> s20, s21;
        Vector256<float> s30, s31;
        Vector256<float> x, b0, b1;
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
        for (; inner > 1; inner -= 2, a = (float*)((byte*)a + aBytes), next = (float*)((byte*)next + aBytes), b = (float*)((byte*)b + bBytes))
        {
            b0 = Vector256.Load(b); b1 = Vector256.Load(b + 8);
            x = Vector256.Create(*a); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(a + a1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(a + a2)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*(a + a3)); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
            b0 = Vector256.Load(b + bInner); b1 = Vector256.Load(b + bInner + 8);
            x = Vector256.Create(*next); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(next + a1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(next + a2)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*(next + a3)); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
        }
        if (inner > 0)
        {
            b0 = Vector256.Load(b); b1 = Vector256.Load(b + 8);
            x = Vector256.Create(*a); s00 = Fma.MultiplyAdd(x, b0, s00); s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Vector256.Create(*(a + a1)); s10 = Fma.MultiplyAdd(x, b0, s10); s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Vector256.Create(*(a + a2)); s20 = Fma.MultiplyAdd(x, b0, s20); s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Vector256.Create(*(a + a3)); s30 = Fma.MultiplyAdd(x, b0, s30); s31 = Fma.MultiplyAdd(x, b1, s31);
        }
        if (bias is not null)
        {
            b0 = Vector256.Load(bias); b1 = Vector256.Load(bias + 8);
            s00 += b0; s01 += b1;
            s10 += b0; s11 += b1;
            s20 += b0; s21 += b1;
            s30 += b0; s31 += b1;
        }
        s00.Store(c); s01.Store(c + 8);
        s10.Store(c + c1); s11.Store(c + c1 + 8);
        s20.Store(c + c2); s21.Store(c + c2 + 8);
        s30.Store(c + c3); s31.Store(c + c3 + 8);
    }

    /// <summary>c[1, 64] from a[1, inner] and four pieces of b, the last three of them so far behind the first.</summary>
    [MethodImpl(Kernel)]
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
