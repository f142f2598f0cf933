using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Register blocks of the direct convolution for AVX2 with fused multiply-add: 6 or up to 4 rows by up to 16 columns.</summary>
/// <remarks>See <see cref="Avx512RunBlocks"/> for the reasoning and <see cref="Avx2Blocks"/> for the use of the registers; the masks are spilled.</remarks>
internal unsafe struct Avx2RunBlocks : IRunBlocks
{
    /// <inheritdoc/>
    public static bool HasGroups => false;

    /// <inheritdoc/>
    public static void Blocks(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias)
    {
        for (var column = 0; column < width; column += 16)
        {
            var half = bias is null ? null : bias + column;
            var wide = Math.Min(16, width - column);
            for (var row = 0; row < rows;)
            {
                var remaining = rows - row;
                var height = remaining >= 6 && remaining is not (7 or 8) ? 6 : Math.Min(remaining, 4);
                float* ra = a + row * steps.ARow, rc = c + row * steps.CRow + column;
                if (height == 6) { Block6X16(wide, steps, ra, b + column, rc, load, half); }
                else { Block4X16(height, wide, steps, ra, b + column, rc, load, half); }
                row += height;
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sums(int rows, int width, nint stride, float* b, float* sums)
    {
        for (var column = 0; column < width; column += 8)
        {
            var mask = Lanes(width - column);
            var s = Avx.MaskLoad(sums + column, mask);
            var row = b + column;
            for (var n = rows; n > 0; n--, row += stride) { s += Avx.MaskLoad(row, mask); }
            Avx.MaskStore(sums + column, mask, s);
        }
    }

    /// <inheritdoc/>
    public static void Groups(in RowGroups groups, int width, in RunSteps steps, float* a, float* b, float* tile) => throw new NotSupportedException();

    /// <summary>c[6, up to 16] from a[6] and b[16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block6X16(int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias)
    {
        nint a1 = steps.ARow, a2 = 2 * a1, a3 = 3 * a1, cRow = steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int length = steps.Length;
        Vector256<float> mask0 = Lanes(width), mask1 = Lanes(width - 8);
        Vector256<float> s00, s01;
        Vector256<float> s10, s11;
        Vector256<float> s20, s21;
        Vector256<float> s30, s31;
        Vector256<float> s40, s41;
        Vector256<float> s50, s51;
        if (load)
        {
            s00 = Avx.MaskLoad(c, mask0); s01 = Avx.MaskLoad(c + 8, mask1);
            s10 = Avx.MaskLoad(c + cRow, mask0); s11 = Avx.MaskLoad(c + cRow + 8, mask1);
            s20 = Avx.MaskLoad(c + 2 * cRow, mask0); s21 = Avx.MaskLoad(c + 2 * cRow + 8, mask1);
            s30 = Avx.MaskLoad(c + 3 * cRow, mask0); s31 = Avx.MaskLoad(c + 3 * cRow + 8, mask1);
            s40 = Avx.MaskLoad(c + 4 * cRow, mask0); s41 = Avx.MaskLoad(c + 4 * cRow + 8, mask1);
            s50 = Avx.MaskLoad(c + 5 * cRow, mask0); s51 = Avx.MaskLoad(c + 5 * cRow + 8, mask1);
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
        for (var r = steps.Runs; r > 0; r--, a += aRun)
        {
            var p = a;
            var p4 = p + 4 * a1;
            for (var k = length; k > 0; k--)
            {
                var b0 = Avx.MaskLoad(b, mask0);
                var b1 = Avx.MaskLoad(b + 8, mask1);
                var x0 = Vector256.Create(*p);
                s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                var x1 = Vector256.Create(*(p + a1));
                s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                var x2 = Vector256.Create(*(p + a2));
                s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                var x3 = Vector256.Create(*(p + a3));
                s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                var x4 = Vector256.Create(*p4);
                s40 = Fma.MultiplyAdd(x4, b0, s40); s41 = Fma.MultiplyAdd(x4, b1, s41);
                var x5 = Vector256.Create(*(p4 + a1));
                s50 = Fma.MultiplyAdd(x5, b0, s50); s51 = Fma.MultiplyAdd(x5, b1, s51);
                p += aInner;
                p4 += aInner;
                b += bInner;
            }
        }
        if (bias is not null)
        {
            var bias0 = Avx.MaskLoad(bias, mask0);
            var bias1 = Avx.MaskLoad(bias + 8, mask1);
            s00 += bias0; s01 += bias1;
            s10 += bias0; s11 += bias1;
            s20 += bias0; s21 += bias1;
            s30 += bias0; s31 += bias1;
            s40 += bias0; s41 += bias1;
            s50 += bias0; s51 += bias1;
        }
        Avx.MaskStore(c, mask0, s00); Avx.MaskStore(c + 8, mask1, s01);
        Avx.MaskStore(c + cRow, mask0, s10); Avx.MaskStore(c + cRow + 8, mask1, s11);
        Avx.MaskStore(c + 2 * cRow, mask0, s20); Avx.MaskStore(c + 2 * cRow + 8, mask1, s21);
        Avx.MaskStore(c + 3 * cRow, mask0, s30); Avx.MaskStore(c + 3 * cRow + 8, mask1, s31);
        Avx.MaskStore(c + 4 * cRow, mask0, s40); Avx.MaskStore(c + 4 * cRow + 8, mask1, s41);
        Avx.MaskStore(c + 5 * cRow, mask0, s50); Avx.MaskStore(c + 5 * cRow + 8, mask1, s51);
    }

    /// <summary>c[rows, up to 16] from a[rows] and b[16], 1 to 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4X16(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias)
    {
        // Rows that are not there repeat the last one: the same number is stored to the same place more than once.
        nint a1 = Math.Min(1, rows - 1) * steps.ARow, c1 = Math.Min(1, rows - 1) * steps.CRow;
        nint a2 = Math.Min(2, rows - 1) * steps.ARow, c2 = Math.Min(2, rows - 1) * steps.CRow;
        nint a3 = Math.Min(3, rows - 1) * steps.ARow, c3 = Math.Min(3, rows - 1) * steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int length = steps.Length;
        Vector256<float> mask0 = Lanes(width), mask1 = Lanes(width - 8);
        Vector256<float> s00, s01;
        Vector256<float> s10, s11;
        Vector256<float> s20, s21;
        Vector256<float> s30, s31;
        if (load)
        {
            s00 = Avx.MaskLoad(c, mask0); s01 = Avx.MaskLoad(c + 8, mask1);
            s10 = Avx.MaskLoad(c + c1, mask0); s11 = Avx.MaskLoad(c + c1 + 8, mask1);
            s20 = Avx.MaskLoad(c + c2, mask0); s21 = Avx.MaskLoad(c + c2 + 8, mask1);
            s30 = Avx.MaskLoad(c + c3, mask0); s31 = Avx.MaskLoad(c + c3 + 8, mask1);
        }
        else
        {
            s00 = s01 = Vector256<float>.Zero;
            s10 = s11 = Vector256<float>.Zero;
            s20 = s21 = Vector256<float>.Zero;
            s30 = s31 = Vector256<float>.Zero;
        }
        for (var r = steps.Runs; r > 0; r--, a += aRun)
        {
            var p = a;
            for (var k = length; k > 0; k--)
            {
                var b0 = Avx.MaskLoad(b, mask0);
                var b1 = Avx.MaskLoad(b + 8, mask1);
                var x0 = Vector256.Create(*p);
                s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                var x1 = Vector256.Create(*(p + a1));
                s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                var x2 = Vector256.Create(*(p + a2));
                s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                var x3 = Vector256.Create(*(p + a3));
                s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                p += aInner;
                b += bInner;
            }
        }
        if (bias is not null)
        {
            var bias0 = Avx.MaskLoad(bias, mask0);
            var bias1 = Avx.MaskLoad(bias + 8, mask1);
            s00 += bias0; s01 += bias1;
            s10 += bias0; s11 += bias1;
            s20 += bias0; s21 += bias1;
            s30 += bias0; s31 += bias1;
        }
        Avx.MaskStore(c, mask0, s00); Avx.MaskStore(c + 8, mask1, s01);
        Avx.MaskStore(c + c1, mask0, s10); Avx.MaskStore(c + c1 + 8, mask1, s11);
        Avx.MaskStore(c + c2, mask0, s20); Avx.MaskStore(c + c2 + 8, mask1, s21);
        Avx.MaskStore(c + c3, mask0, s30); Avx.MaskStore(c + c3 + 8, mask1, s31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Lanes(int count) => Vector256.LessThan(Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7), Vector256.Create(count)).AsSingle();
}
