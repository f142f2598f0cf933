using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Copies matrices into panels of 32 or 16 columns, <see cref="MatMul.PanelWidth"/>: [inner][columns], absent columns zero. Only moves numbers, so every form gives the same bits.</summary>
internal static unsafe class MatrixPacking
{
    private static int PanelWidth => MatMul.PanelWidth;

    /// <summary>One panel from b[inner, width], row-major, width at most that of a panel.</summary>
    public static void PackPanel(float* b, nint stride, int inner, int width, float* panel) => PackPanel(b, stride, inner, width, panel, PanelWidth);

    /// <summary>The same, but columns from <paramref name="wanted"/> (16 or that of a panel, at least the width) on are left as they are.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackPanel(float* b, nint stride, int inner, int width, float* panel, int wanted)
    {
        if (width == PanelWidth && Avx512F.IsSupported)
        {
            for (; inner > 0; inner--, b += stride, panel += PanelWidth)
            {
                Vector512.Load(b).Store(panel);
                Vector512.Load(b + 16).Store(panel + 16);
            }
            return;
        }
        if (width == PanelWidth)
        {
            for (; inner > 0; inner--, b += stride, panel += PanelWidth)
            {
                Vector256.Load(b).Store(panel);
                Vector256.Load(b + 8).Store(panel + 8);
            }
            return;
        }
        int whole = width & ~7, rest = width - whole;
        for (; inner > 0; inner--, b += stride, panel += PanelWidth)
        {
            var j = 0;
            for (; j < whole; j += 8) { Vector256.Load(b + j).Store(panel + j); }
            if (rest > 0)
            {
                Elementwise.LoadFirst(b + j, rest).Store(panel + j);
                j += 8;
            }
            for (; j < wanted; j += 8) { Vector256<float>.Zero.Store(panel + j); }
        }
    }

    /// <summary>Copies rows of some numbers, as lanes of a panel or columns beside others: most are so narrow that a call for each would take longer than its numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyRows(float* from, nint fromStride, float* to, nint toStride, int rows, int width)
    {
        for (; rows > 0; rows--, from += fromStride, to += toStride)
        {
            var j = 0;
            for (; j <= width - 8; j += 8) { Vector256.Load(from + j).Store(to + j); }
            for (; j <= width - 4; j += 4) { Vector128.Load(from + j).Store(to + j); }
            for (; j < width; j++) { to[j] = from[j]; }
        }
    }

    /// <summary>One panel of the transpose of b[width, inner], row-major, width at most that of a panel: 8 x 8 squares are turned in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackPanelTransposed(float* b, nint stride, int inner, int width, float* panel)
    {
        var j = 0;
        if (Avx.IsSupported)
        {
            for (; j + 8 <= width; j += 8)
            {
                var k = 0;
                for (; k + 8 <= inner; k += 8) { Transpose8X8(b + j * stride + k, stride, panel + (nint)k * PanelWidth + j, PanelWidth); }
                PackColumns(b, stride, panel, j, j + 8, k, inner);
            }
        }
        PackColumns(b, stride, panel, j, width, 0, inner);
        for (var k = 0; width < PanelWidth && k < inner; k++)
        {
            for (j = width; j < PanelWidth; j++) { panel[(nint)k * PanelWidth + j] = 0; }
        }
    }

    private static void PackColumns(float* b, nint stride, float* panel, int firstColumn, int endColumn, int firstInner, int endInner)
    {
        for (var j = firstColumn; j < endColumn; j++)
        {
            for (var k = firstInner; k < endInner; k++) { panel[(nint)k * PanelWidth + j] = b[j * stride + k]; }
        }
    }

    /// <summary>t[8, 8] = bᵀ; for AVX.</summary>
    public static void Transpose8X8(float* b, nint stride, float* t, nint tStride)
    {
        var fourth = b + 4 * stride;
        Transpose(Vector256.Load(b), Vector256.Load(b + stride), Vector256.Load(b + 2 * stride), Vector256.Load(b + 3 * stride),
            Vector256.Load(fourth), Vector256.Load(fourth + stride), Vector256.Load(fourth + 2 * stride), Vector256.Load(fourth + 3 * stride), t, tStride);
    }

    /// <summary>t[8, 8] = the columns of eight rows; for AVX.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3,
        Vector256<float> r4, Vector256<float> r5, Vector256<float> r6, Vector256<float> r7, float* t, nint tStride)
    {
        Vector256<float> t0 = Avx.UnpackLow(r0, r1), t1 = Avx.UnpackHigh(r0, r1), t2 = Avx.UnpackLow(r2, r3), t3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> t4 = Avx.UnpackLow(r4, r5), t5 = Avx.UnpackHigh(r4, r5), t6 = Avx.UnpackLow(r6, r7), t7 = Avx.UnpackHigh(r6, r7);
        // 0x44 takes the low pairs of both, 0xEE the high pairs, in each half.
        Vector256<float> u0 = Avx.Shuffle(t0, t2, 0x44), u1 = Avx.Shuffle(t0, t2, 0xEE), u2 = Avx.Shuffle(t1, t3, 0x44), u3 = Avx.Shuffle(t1, t3, 0xEE);
        Vector256<float> u4 = Avx.Shuffle(t4, t6, 0x44), u5 = Avx.Shuffle(t4, t6, 0xEE), u6 = Avx.Shuffle(t5, t7, 0x44), u7 = Avx.Shuffle(t5, t7, 0xEE);
        Avx.Permute2x128(u0, u4, 0x20).Store(t);
        Avx.Permute2x128(u1, u5, 0x20).Store(t + tStride);
        Avx.Permute2x128(u2, u6, 0x20).Store(t + 2 * tStride);
        Avx.Permute2x128(u3, u7, 0x20).Store(t + 3 * tStride);
        Avx.Permute2x128(u0, u4, 0x31).Store(t + 4 * tStride);
        Avx.Permute2x128(u1, u5, 0x31).Store(t + 5 * tStride);
        Avx.Permute2x128(u2, u6, 0x31).Store(t + 6 * tStride);
        Avx.Permute2x128(u3, u7, 0x31).Store(t + 7 * tStride);
    }
}
