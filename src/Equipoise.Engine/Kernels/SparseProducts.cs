using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Products with a matrix that has many zeros, as a layer behind a rectifier or dropout gets: the zeros are left out.</summary>
/// <remarks>
/// For each row, a list of where it is not zero; then each number of the row that is listed meets 64 columns of the other matrix, whose sums stay in registers.
/// <para><b>Same bits.</b> Each number is the chain of <see cref="MatMul"/> without the steps that add a zero, so with finite numbers the bits are the same (but for the sign of a zero: a −0 to which a zero would be added stays).
/// A number of the other matrix that is not finite does not show where it meets zeros only.</para>
/// Only for AVX2: with AVX-512 there are no figures yet. Nothing is allocated.
/// </remarks>
internal static unsafe class SparseProducts
{
    // Columns of a block; rows and numbers of the inner index at a time: 16 KiB of the other matrix stay in the first-level cache, even in half of it, which is all that there is while another program runs on the same core.
    private const int Width = 64, Rows = 64, Inner = 64;
    // How far apart copied rows lie, so that they do not all fall into the same place of a cache.
    private const int CopiedStride = Inner + 16, CacheLine = 16;
    // Rows and columns below which it does not pay, rows that are looked at, and the share of numbers other than zero up to which it does, as measured.
    private const int LeastRows = 8, LeastTurnedRows = 32, LeastColumns = 256, Looks = 4;
    private const double MostSteps = 0.65;

    /// <summary>Whether there are such products on this processor.</summary>
    public static bool IsSupported => !Avx512F.IsSupported && Avx2.IsSupported && Fma.IsSupported;

    /// <summary>C (+)= A·B, then + bias, as <see cref="MatMul.Multiply"/>, unless too few numbers of A are zero for that to be quicker: then nothing is done.</summary>
    /// <param name="a">A [rows, inner].</param>
    /// <param name="aStride">Row stride of A.</param>
    /// <param name="packedB">B [inner, columns] in panels.</param>
    /// <param name="bias">Bias [columns], or empty.</param>
    /// <param name="c">C [rows, columns].</param>
    /// <param name="cStride">Row stride of C.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="inner">Columns of A, rows of B.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="accumulate">Add to C instead of replacing it.</param>
    /// <param name="end">What to do with the finished numbers.</param>
    public static bool TryMultiply(ReadOnlySpan<float> a, int aStride, ReadOnlySpan<float> packedB, ReadOnlySpan<float> bias, Span<float> c, int cStride, int rows, int inner, int columns, bool accumulate, MatrixEnd end)
    {
        int whole = columns & -Width;
        if (!IsSupported || rows < LeastRows || inner < Inner || columns < LeastColumns) return false;
        Require(a.Length, ((rows - 1L) * aStride) + inner, nameof(a));
        Require(c.Length, ((rows - 1L) * cStride) + columns, nameof(c));
        Require(packedB.Length, MatMul.PackedLength(inner, columns), nameof(packedB));
        if (!bias.IsEmpty) Require(bias.Length, columns, nameof(bias));
        if (end.IsSlope)
        {
            Require(end.X.Length, ((rows - 1L) * cStride) + columns, nameof(end));
            Require(end.Y.Length, ((rows - 1L) * cStride) + columns, nameof(end));
        }
        fixed (float* pa = a, pb = packedB, pbias = bias, pc = c, px = end.X, py = end.Y)
        {
            if (!IsSparse(pa, aStride, rows, inner)) return false;
            for (int row = 0; row < rows; row += Rows)
            {
                nint to = (nint)row * cStride;
                MultiplyRows(pa + ((nint)row * aStride), aStride, pb, (nint)MatMul.PanelWidth * inner, pbias, pc + to, cStride, Math.Min(Rows, rows - row), inner, whole, accumulate, end, px + to, py + to);
            }
        }
        if (whole < columns) MatMul.Multiply(a, aStride, packedB[(whole * inner)..], bias.IsEmpty ? [] : bias[whole..], c[whole..], cStride, rows, inner, columns - whole, accumulate, end.From(whole));
        return true;
    }

    /// <summary>The part [firstInner.., firstColumn..] of G (+)= Xᵀ·D, as <see cref="MatMul.MultiplyTransposed"/>, unless too few numbers of X are zero for that to be quicker: then nothing is done.</summary>
    /// <param name="x">X [rows, inner].</param>
    /// <param name="xStride">Row stride of X.</param>
    /// <param name="d">D [rows, columns].</param>
    /// <param name="dStride">Row stride of D.</param>
    /// <param name="g">The whole of G [inner, columns]. Only the named part is written.</param>
    /// <param name="gStride">Row stride of G.</param>
    /// <param name="rows">Rows of X and D.</param>
    /// <param name="firstInner">First row of G to write.</param>
    /// <param name="innerCount">How many rows of G to write.</param>
    /// <param name="firstColumn">First column of G to write.</param>
    /// <param name="columnCount">How many columns of G to write.</param>
    /// <param name="accumulate">Add to G instead of replacing it.</param>
    public static bool TryMultiplyTransposed(ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> d, int dStride, Span<float> g, int gStride,
        int rows, int firstInner, int innerCount, int firstColumn, int columnCount, bool accumulate)
    {
        int whole = columnCount & -Width;
        if (!IsSupported || rows < LeastTurnedRows || columnCount < LeastColumns || innerCount == 0) return false;
        Require(x.Length, ((rows - 1L) * xStride) + firstInner + innerCount, nameof(x));
        Require(d.Length, ((rows - 1L) * dStride) + firstColumn + columnCount, nameof(d));
        Require(g.Length, ((firstInner + innerCount - 1L) * gStride) + firstColumn + columnCount, nameof(g));
        fixed (float* px = x, pd = d, pg = g)
        {
            if (!IsSparse(px + firstInner, xStride, rows, innerCount)) return false;
            for (int inner = firstInner; inner < firstInner + innerCount; inner += Rows)
            {
                MultiplyColumns(px + inner, xStride, pd + firstColumn, dStride, pg + ((nint)inner * gStride) + firstColumn, gStride, rows, Math.Min(Rows, firstInner + innerCount - inner), whole, accumulate);
            }
        }
        if (whole < columnCount) MatMul.MultiplyTransposed(x, xStride, d, dStride, g, gStride, rows, firstInner, innerCount, firstColumn + whole, columnCount - whole, accumulate);
        return true;
    }

    // By a look at some rows.
    private static bool IsSparse(float* a, nint stride, int rows, int width)
    {
        int looks = Math.Min(rows, Looks), steps = 0;
        int* list = stackalloc int[SparseBlocks.ListStride];
        for (int look = 0; look < looks; look++)
        {
            for (int from = 0; from < width; from += Inner) steps += PlaneProducts.List(a + ((nint)rows * look / looks * stride) + from, 0, 1, Math.Min(Inner, width - from), list);
        }
        return steps <= MostSteps * looks * width;
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows(float* a, nint aStride, float* b, nint panelLength, float* bias, float* c, nint cStride, int rows, int inner, int columns, bool accumulate, MatrixEnd end, float* endX, float* endY)
    {
        int* lists = stackalloc int[Rows * SparseBlocks.ListStride], counts = stackalloc int[Rows];
        for (int k = 0; k < inner; k += Inner)
        {
            int piece = Math.Min(Inner, inner - k);
            bool isLast = k + piece == inner;
            for (int row = 0; row < rows; row++) counts[row] = PlaneProducts.List(a + (row * aStride) + k, 0, 1, piece, lists + (row * SparseBlocks.ListStride));
            for (int column = 0; column < columns; column += Width)
            {
                SparseBlocks.RowsBy64(lists, counts, rows, a + k, aStride, b + (column / MatMul.PanelWidth * panelLength) + (k * MatMul.PanelWidth), panelLength,
                    c + column, cStride, accumulate || k > 0, isLast && bias is not null ? bias + column : null);
                if (isLast) end.Apply(c, endX, endY, column, cStride, rows, Width);
            }
        }
    }

    // Up to 64 rows of G: columns of X, which are turned, some of their numbers at a time.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyColumns(float* x, nint xStride, float* d, nint dStride, float* g, nint gStride, int rows, int inner, int columns, bool accumulate)
    {
        int* lists = stackalloc int[Rows * SparseBlocks.ListStride], counts = stackalloc int[Rows];
        float* memory = stackalloc float[(Rows * CopiedStride) + (Inner * Width) + CacheLine];
        var turned = (float*)(((nint)memory + (CacheLine * sizeof(float)) - 1) & -(CacheLine * sizeof(float)));
        float* panels = turned + (Rows * CopiedStride);
        for (int row = 0; row < rows; row += Inner, x += Inner * xStride, d += Inner * dStride)
        {
            int piece = Math.Min(Inner, rows - row);
            nint panelLength = (nint)piece * MatMul.PanelWidth;
            PlaneProducts.Turn(x, xStride, turned, CopiedStride, piece, inner);
            for (int i = 0; i < inner; i++) counts[i] = PlaneProducts.List(turned + (i * CopiedStride), 0, 1, piece, lists + (i * SparseBlocks.ListStride));
            for (int column = 0; column < columns; column += Width)
            {
                for (int i = 0; i < Width; i += MatMul.PanelWidth) MatrixPacking.PackPanel(d + column + i, dStride, piece, MatMul.PanelWidth, panels + (i / MatMul.PanelWidth * panelLength));
                SparseBlocks.RowsBy64(lists, counts, inner, turned, CopiedStride, panels, panelLength, g + column, gStride, accumulate || row > 0, null);
            }
        }
    }

    private static void Require(long length, long needed, string name)
    {
        if (length < needed) throw new ArgumentException($"Has {length} numbers but needs {needed}.", name);
    }
}
