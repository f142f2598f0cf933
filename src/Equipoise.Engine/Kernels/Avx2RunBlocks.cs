using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Chooses register blocks of the direct convolution for AVX2 with fused multiply-add: 8 or up to 4 rows by up to 8 columns, 8 by 10, 6, 5 or up to 4 by up to 16, and up to 4 by up to 20 or 24.</summary>
/// <remarks>See <see cref="Avx512RunBlocks"/> for the reasoning. The blocks themselves are in <see cref="Avx2NarrowRunForms"/>, <see cref="Avx2RunForms"/>, <see cref="Avx2SharedRunForms"/> and <see cref="Avx2WideRunForms"/>.</remarks>
internal unsafe struct Avx2RunBlocks : IRunBlocks
{
    /// <inheritdoc/>
    public static bool HasGroups => false;

    /// <inheritdoc/>
    public static void Blocks(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias)
    {
        if (steps.BPadded || width % 8 == 0) { Blocks<IAvx2Columns.Whole>(rows, width, steps, a, b, c, load, bias); }
        else { Blocks<IAvx2Columns.Masked>(rows, width, steps, a, b, c, load, bias); }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sums(int rows, int width, nint stride, float* b, float* sums)
    {
        // Two vectors at once, as each sum waits for the one before.
        for (var column = 0; column < width; column += 16)
        {
            Vector256<float> mask0 = Avx2Ends.Lanes(width - column), mask1 = Avx2Ends.Lanes(width - column - 8);
            Vector256<float> s0 = Avx.MaskLoad(sums + column, mask0), s1 = Avx.MaskLoad(sums + column + 8, mask1);
            var row = b + column;
            for (var n = rows; n > 0; n--, row += stride)
            {
                s0 += Avx.MaskLoad(row, mask0);
                s1 += Avx.MaskLoad(row + 8, mask1);
            }
            Avx.MaskStore(sums + column, mask0, s0);
            Avx.MaskStore(sums + column + 8, mask1, s1);
        }
    }

    /// <inheritdoc/>
    public static void Groups(in RowGroups groups, int width, in RunSteps steps, float* a, float* b, float* tile) => throw new NotSupportedException();

    private static void Blocks<TColumns>(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IAvx2Columns
    {
        if (width == 10 && steps.ARow == 1 && rows >= 8)
        {
            var blocks = rows / 8;
            Avx2SharedRunForms.Block8X10(blocks, steps, a, b, c, load, bias);
            UpTo16<TColumns>(rows - 8 * blocks, width, steps, a + 8 * blocks, b, c + 8 * blocks * steps.CRow, load, bias);
        }
        else if (width <= 8) { UpTo8<TColumns>(rows, width, steps, a, b, c, load, bias); }
        else if (width <= 16) { UpTo16<TColumns>(rows, width, steps, a, b, c, load, bias); }
        else if (width <= 20 && (steps.BPadded || width == 20)) { UpTo20(rows, width, steps, a, b, c, load, bias); }
        else if (width <= 24) { UpTo24<TColumns>(rows, width, steps, a, b, c, load, bias); }
        else
        {
            UpTo16<IAvx2Columns.Whole>(rows, 16, steps, a, b, c, load, bias);
            UpTo16<TColumns>(rows, width - 16, steps, a, b + steps.BSecond, c + 16, load, bias is null ? null : bias + 16);
        }
    }

    private static void UpTo8<TColumns>(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IAvx2Columns
    {
        var blocks = rows / 8;
        if (blocks > 0) { Avx2NarrowRunForms.Block8X8<TColumns>(blocks, width, steps, a, b, c, load, bias); }
        for (var row = 8 * blocks; row < rows; row += 4) { Avx2NarrowRunForms.Block4X8<TColumns>(Math.Min(rows - row, 4), width, steps, a + row * steps.ARow, b, c + row * steps.CRow, load, bias); }
    }

    private static void UpTo16<TColumns>(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IAvx2Columns
    {
        // What is left after blocks of 6 are up to two of 4, or of 5.
        var blocks = rows < 6 ? 0 : rows % 6 is 1 or 2 or 4 ? rows / 6 - 1 : rows / 6;
        if (blocks > 0) { Avx2RunForms.Block6X16<TColumns>(blocks, width, steps, a, b, c, load, bias); }
        var row = 6 * blocks;
        if (rows - row is 5 or 10)
        {
            Avx2RunForms.Block5X16<TColumns>((rows - row) / 5, width, steps, a + row * steps.ARow, b, c + row * steps.CRow, load, bias);
            return;
        }
        for (; row < rows; row += 4) { Avx2RunForms.Block4X16<TColumns>(Math.Min(rows - row, 4), width, steps, a + row * steps.ARow, b, c + row * steps.CRow, load, bias); }
    }

    private static void UpTo20(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias)
    {
        for (var row = 0; row < rows; row += 4) { Avx2SharedRunForms.Block4X20(Math.Min(rows - row, 4), width, steps, a + row * steps.ARow, b, c + row * steps.CRow, load, bias); }
    }

    private static void UpTo24<TColumns>(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IAvx2Columns
    {
        for (var row = 0; row < rows; row += 4) { Avx2WideRunForms.Block4X24<TColumns>(Math.Min(rows - row, 4), width, steps, a + row * steps.ARow, b, c + row * steps.CRow, load, bias); }
    }
}
