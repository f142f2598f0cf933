using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Products of dense matrices of single-precision numbers: the work of affine layers, forward and backward.</summary>
/// <remarks>
/// <para>Matrices are row-major with a row stride in numbers; a stride may exceed the width. Sizes may be zero: with inner = 0 the sum is empty,
/// so C becomes zero (or stays, when accumulating), plus the bias.</para>
/// <para><b>Same bits everywhere.</b> Each number of C is one chain of fused multiply-adds over the inner index in ascending order, starting from zero or, when
/// accumulating, from C; the bias is added after the chain. So neither the instruction set (AVX-512, AVX2 or none), nor the sizes of blocks, nor how
/// rows, columns or panels are shared out to calls can change a bit of it. NaN and infinity spread as in the plain loops.</para>
/// <para>Nothing is allocated. Buffers must not overlap. Wide products reach nearly the arithmetic limit of the machine; see the benchmarks.</para>
/// </remarks>
public static unsafe class MatMul
{
    /// <summary>The most columns that a packed panel has on any machine. Work whose cuts reach the bits, as sums over columns, is cut by multiples of it, alike everywhere.</summary>
    public const int WidestPanel = 32;

    /// <summary>Columns of a packed panel: those of a register block. Of a wider panel a block of AVX2 would use every second line, and half of the first cache with it.</summary>
    public static int PanelWidth => Avx512F.IsSupported ? WidestPanel : WidestPanel / 2;

    // Of fewer rows a product with one column is as quick in the usual way.
    private const int LeastRowsOfColumn = 8;

    /// <summary>Has all forms of the product compiled, by multiplying a few small matrices: some 50 ms that a program can spend on another thread while it reads its data.</summary>
    public static void Prepare()
    {
        const int Inner = 3, Columns = 80;
        // Rows for blocks of 12, 8 and 4, columns for full and partial panels.
        foreach (int rows in (ReadOnlySpan<int>)[1, 12 + 8 + 3])
        {
            foreach (int columns in (ReadOnlySpan<int>)[Columns, Columns + 1, 4 * PanelWidth])
            {
                float[] a = new float[rows * Inner], b = new float[Inner * columns], c = new float[rows * columns], g = new float[Inner * columns], packed = new float[PackedLength(Inner, columns)];
                Pack(b, columns, Inner, columns, packed, 0, PanelCount(columns));
                Multiply(a, Inner, packed, [], c, columns, rows, Inner, columns, accumulate: false);
                MultiplyTransposed(a, Inner, c, columns, g, columns, rows, 0, Inner, 0, columns, accumulate: false);
                PackTransposed(b, columns, columns, Inner, new float[PackedLength(columns, Inner)], 0, PanelCount(Inner));
                Reductions.ColumnSums(c, columns, rows, 0, columns, new float[columns], accumulate: false);
            }
        }
    }

    /// <summary>Numbers that B[inner, columns] takes once packed: whole panels of [inner][<see cref="PanelWidth"/>], the last one padded with zeros.</summary>
    public static int PackedLength(int inner, int columns) => checked(PanelCount(columns) * PanelWidth * inner);

    /// <summary>Panels that a matrix with so many columns takes.</summary>
    public static int PanelCount(int columns) => (columns + PanelWidth - 1) / PanelWidth;

    /// <summary>Packs panels firstPanel .. firstPanel + panelCount of B.</summary>
    /// <param name="b">B, row-major [inner, columns].</param>
    /// <param name="stride">Row stride of B.</param>
    /// <param name="inner">Rows of B.</param>
    /// <param name="columns">Columns of B.</param>
    /// <param name="packed">The whole packed matrix; only the named panels are written.</param>
    /// <param name="firstPanel">First panel to pack.</param>
    /// <param name="panelCount">How many panels to pack.</param>
    public static void Pack(ReadOnlySpan<float> b, int stride, int inner, int columns, Span<float> packed, int firstPanel, int panelCount)
    {
        Check(b, stride, inner, columns, nameof(b));
        CheckPanels(packed, inner, columns, firstPanel, panelCount);
        fixed (float* source = b, target = packed)
        {
            for (var panel = firstPanel; panel < firstPanel + panelCount; panel++)
            {
                var column = panel * PanelWidth;
                MatrixPacking.PackPanel(source + column, stride, inner, Math.Min(PanelWidth, columns - column), target + (nint)column * inner);
            }
        }
    }

    /// <summary>Packs rows firstRow .. firstRow + rowCount of B into all its panels: what changed after an update of those rows.</summary>
    /// <param name="b">B, row-major [inner, columns].</param>
    /// <param name="stride">Row stride of B.</param>
    /// <param name="inner">Rows of B.</param>
    /// <param name="columns">Columns of B.</param>
    /// <param name="packed">The whole packed matrix; only the named rows are written.</param>
    /// <param name="firstRow">First row to pack.</param>
    /// <param name="rowCount">How many rows to pack.</param>
    public static void PackRows(ReadOnlySpan<float> b, int stride, int inner, int columns, Span<float> packed, int firstRow, int rowCount)
    {
        Check(b, stride, inner, columns, nameof(b));
        CheckPanels(packed, inner, columns, 0, PanelCount(columns));
        if (firstRow < 0 || rowCount < 0 || firstRow + rowCount > inner) { throw new ArgumentOutOfRangeException(nameof(firstRow), $"Rows {firstRow} .. {firstRow + rowCount} are not within the {inner} rows."); }
        if (rowCount > 0) { PackPiece(b[(firstRow * stride)..], stride, rowCount, inner, columns, packed, firstRow); }
    }

    /// <summary>Packs some rows into rows firstRow .. of the panels of a matrix that is put together of such pieces.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="stride">Row stride.</param>
    /// <param name="rowCount">How many rows.</param>
    /// <param name="inner">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix and of the rows.</param>
    /// <param name="packed">The whole packed matrix; only the named rows are written.</param>
    /// <param name="firstRow">Where the first of the rows goes.</param>
    internal static void PackPiece(ReadOnlySpan<float> rows, int stride, int rowCount, int inner, int columns, Span<float> packed, int firstRow)
    {
        Check(rows, stride, rowCount, columns, nameof(rows));
        CheckPanels(packed, inner, columns, 0, PanelCount(columns));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow + rowCount, inner, nameof(firstRow));
        fixed (float* source = rows, target = packed)
        {
            for (var column = 0; column < columns; column += PanelWidth)
            {
                MatrixPacking.PackPanel(source + column, stride, rowCount, Math.Min(PanelWidth, columns - column), target + (nint)column * inner + firstRow * PanelWidth);
            }
        }
    }

    /// <summary>Packs rows of B into columns offset .. of the panels of a wider matrix, in which B stands beside others.</summary>
    /// <param name="b">B, row-major [inner, width].</param>
    /// <param name="width">Columns of B.</param>
    /// <param name="inner">Rows of B and of the wider matrix.</param>
    /// <param name="columns">Columns of the wider matrix.</param>
    /// <param name="packed">The wider matrix, packed.</param>
    /// <param name="offset">Where B begins in it.</param>
    /// <param name="firstRow">First row to pack.</param>
    /// <param name="rowCount">How many rows to pack.</param>
    public static void PackBeside(ReadOnlySpan<float> b, int width, int inner, int columns, Span<float> packed, int offset, int firstRow, int rowCount)
    {
        CheckPanels(packed, inner, columns, 0, PanelCount(columns));
        Check(b, width, inner, width, nameof(b));
        if (offset < 0 || offset + width > columns || firstRow < 0 || firstRow + rowCount > inner) { throw new ArgumentOutOfRangeException(nameof(offset)); }
        fixed (float* source = b, target = packed)
        {
            for (var from = 0; from < width;)
            {
                int at = offset + from, lane = at % PanelWidth, count = Math.Min(width - from, PanelWidth - lane);
                MatrixPacking.CopyRows(source + (nint)firstRow * width + from, width, target + (nint)(at - lane) * inner + firstRow * PanelWidth + lane, PanelWidth, rowCount, count);
                from += count;
            }
        }
    }

    /// <summary>The same for the transpose: packs rows of B, which are columns of Bᵀ, into rows offset .. of the panels of a higher matrix.</summary>
    /// <param name="b">B, row-major [inner, width].</param>
    /// <param name="width">Columns of B: rows of Bᵀ.</param>
    /// <param name="inner">Rows of B: columns of the higher matrix.</param>
    /// <param name="columns">Rows of the higher matrix.</param>
    /// <param name="packed">The higher matrix, packed.</param>
    /// <param name="offset">Where Bᵀ begins in it.</param>
    /// <param name="firstRow">First row of B to pack, a multiple of <see cref="PanelWidth"/>.</param>
    /// <param name="rowCount">How many rows of B to pack.</param>
    public static void PackTransposedBelow(ReadOnlySpan<float> b, int width, int inner, int columns, Span<float> packed, int offset, int firstRow, int rowCount)
    {
        CheckPanels(packed, columns, inner, 0, PanelCount(inner));
        Check(b, width, inner, width, nameof(b));
        if (offset < 0 || offset + width > columns) { throw new ArgumentOutOfRangeException(nameof(offset)); }
        fixed (float* source = b, target = packed)
        {
            for (var row = firstRow; row < firstRow + rowCount; row += PanelWidth)
            {
                MatrixPacking.PackPanelTransposed(source + (nint)row * width, width, width, Math.Min(PanelWidth, inner - row), target + (nint)row * columns + offset * PanelWidth);
            }
        }
    }

    /// <summary>Packs panels of the transpose of a matrix: packs Bᵀ [inner, columns] from B [columns, inner].</summary>
    /// <param name="b">B, row-major [columns, inner].</param>
    /// <param name="stride">Row stride of B.</param>
    /// <param name="inner">Columns of B: rows of what is packed.</param>
    /// <param name="columns">Rows of B: columns of what is packed.</param>
    /// <param name="packed">The whole packed matrix; only the named panels are written.</param>
    /// <param name="firstPanel">First panel to pack.</param>
    /// <param name="panelCount">How many panels to pack.</param>
    public static void PackTransposed(ReadOnlySpan<float> b, int stride, int inner, int columns, Span<float> packed, int firstPanel, int panelCount)
    {
        Check(b, stride, columns, inner, nameof(b));
        CheckPanels(packed, inner, columns, firstPanel, panelCount);
        fixed (float* source = b, target = packed)
        {
            for (var panel = firstPanel; panel < firstPanel + panelCount; panel++)
            {
                var column = panel * PanelWidth;
                MatrixPacking.PackPanelTransposed(source + (nint)column * stride, stride, inner, Math.Min(PanelWidth, columns - column), target + (nint)column * inner);
            }
        }
    }

    /// <summary>C (+)= A·B, then + bias: an affine layer forward, and with the transposed weights its gradient towards the input.</summary>
    /// <param name="a">A [rows, inner].</param>
    /// <param name="aStride">Row stride of A.</param>
    /// <param name="packedB">B [inner, columns] in panels, from <see cref="Pack"/> or <see cref="PackTransposed"/>.</param>
    /// <param name="bias">Bias [columns], or empty.</param>
    /// <param name="c">C [rows, columns].</param>
    /// <param name="cStride">Row stride of C.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="inner">Columns of A, rows of B.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="accumulate">Add to C instead of replacing it.</param>
    /// <param name="end">What to do with the finished numbers.</param>
    public static void Multiply(ReadOnlySpan<float> a, int aStride, ReadOnlySpan<float> packedB, ReadOnlySpan<float> bias, Span<float> c, int cStride, int rows, int inner, int columns, bool accumulate, MatrixEnd end = default)
    {
        Check(a, aStride, rows, inner, nameof(a));
        Check(c, cStride, rows, columns, nameof(c));
        if (packedB.Length < PackedLength(inner, columns)) { ThrowShort(nameof(packedB), packedB.Length, PackedLength(inner, columns)); }
        if (!bias.IsEmpty && bias.Length < columns) { ThrowShort(nameof(bias), bias.Length, columns); }
        if (end.IsSlope)
        {
            Check(end.X, cStride, rows, columns, nameof(end));
            Check(end.Y, cStride, rows, columns, nameof(end));
        }
        if (Avx512F.IsSupported) { MultiplyWith<Avx512Blocks>(a, aStride, packedB, bias, c, cStride, rows, inner, columns, accumulate, end); }
        else if (Avx2.IsSupported && Fma.IsSupported) { MultiplyWith<Avx2Blocks>(a, aStride, packedB, bias, c, cStride, rows, inner, columns, accumulate, end); }
        else { MatMulPlain.Multiply(a, aStride, packedB, bias, c, cStride, rows, inner, columns, accumulate, end); }
    }

    /// <summary>The part [firstInner.., firstColumn..] of G (+)= Xᵀ·D, summed over all rows in order: the gradient of an affine layer's weights.</summary>
    /// <param name="x">X [rows, inner].</param>
    /// <param name="xStride">Row stride of X.</param>
    /// <param name="d">D [rows, columns].</param>
    /// <param name="dStride">Row stride of D.</param>
    /// <param name="g">The whole of G [inner, columns]; only the named part is written.</param>
    /// <param name="gStride">Row stride of G.</param>
    /// <param name="rows">Rows of X and D.</param>
    /// <param name="firstInner">First row of G to write.</param>
    /// <param name="innerCount">How many rows of G to write.</param>
    /// <param name="firstColumn">First column of G to write.</param>
    /// <param name="columnCount">How many columns of G to write.</param>
    /// <param name="accumulate">Add to G instead of replacing it.</param>
    public static void MultiplyTransposed(ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> d, int dStride, Span<float> g, int gStride, int rows, int firstInner, int innerCount, int firstColumn, int columnCount, bool accumulate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstInner);
        ArgumentOutOfRangeException.ThrowIfNegative(firstColumn);
        Check(x, xStride, rows, firstInner + innerCount, nameof(x));
        Check(d, dStride, rows, firstColumn + columnCount, nameof(d));
        Check(g, gStride, firstInner + innerCount, firstColumn + columnCount, nameof(g));
        if (Avx512F.IsSupported) { MultiplyTransposedWith<Avx512Blocks>(x, xStride, d, dStride, g, gStride, rows, firstInner, innerCount, firstColumn, columnCount, accumulate); }
        else if (Avx2.IsSupported && Fma.IsSupported) { MultiplyTransposedWith<Avx2Blocks>(x, xStride, d, dStride, g, gStride, rows, firstInner, innerCount, firstColumn, columnCount, accumulate); }
        else { MatMulPlain.MultiplyTransposed(x, xStride, d, dStride, g, gStride, rows, firstInner, innerCount, firstColumn, columnCount, accumulate); }
    }

    /// <summary>G (+)= Xᵀ·D with D in panels, summed over all rows in order.</summary>
    /// <param name="x">X [rows, inner].</param>
    /// <param name="xStride">Row stride of X.</param>
    /// <param name="packedD">D [rows, columns] in panels, from <see cref="Pack"/> or <see cref="PackRows"/>.</param>
    /// <param name="g">G [inner, columns].</param>
    /// <param name="gStride">Row stride of G.</param>
    /// <param name="rows">Rows of X and D.</param>
    /// <param name="inner">Columns of X, rows of G.</param>
    /// <param name="columns">Columns of D and G.</param>
    /// <param name="accumulate">Add to G instead of replacing it.</param>
    public static void MultiplyTransposedPacked(ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> packedD, Span<float> g, int gStride, int rows, int inner, int columns, bool accumulate)
    {
        Check(x, xStride, rows, inner, nameof(x));
        Check(g, gStride, inner, columns, nameof(g));
        if (packedD.Length < PackedLength(rows, columns)) { ThrowShort(nameof(packedD), packedD.Length, PackedLength(rows, columns)); }
        if (Avx512F.IsSupported) { MultiplyTransposedPackedWith<Avx512Blocks>(x, xStride, packedD, g, gStride, rows, inner, columns, accumulate); }
        else if (Avx2.IsSupported && Fma.IsSupported) { MultiplyTransposedPackedWith<Avx2Blocks>(x, xStride, packedD, g, gStride, rows, inner, columns, accumulate); }
        else { MatMulPlain.MultiplyTransposedPacked(x, xStride, packedD, g, gStride, rows, inner, columns, accumulate); }
    }

    /// <summary>C (+)= A·B with B as it lies: for products that are small or happen once.</summary>
    /// <param name="a">A [rows, inner].</param>
    /// <param name="aStride">Row stride of A.</param>
    /// <param name="b">B [inner, columns], row-major.</param>
    /// <param name="bStride">Row stride of B.</param>
    /// <param name="c">C [rows, columns].</param>
    /// <param name="cStride">Row stride of C.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="inner">Columns of A, rows of B.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="accumulate">Add to C instead of replacing it.</param>
    public static void MultiplyUnpacked(ReadOnlySpan<float> a, int aStride, ReadOnlySpan<float> b, int bStride, Span<float> c, int cStride, int rows, int inner, int columns, bool accumulate)
    {
        Check(a, aStride, rows, inner, nameof(a));
        Check(b, bStride, inner, columns, nameof(b));
        Check(c, cStride, rows, columns, nameof(c));
        if (Avx512F.IsSupported) { MultiplyUnpackedWith<Avx512Blocks>(a, aStride, b, bStride, c, cStride, rows, inner, columns, accumulate); }
        else if (Avx2.IsSupported && Fma.IsSupported) { MultiplyUnpackedWith<Avx2Blocks>(a, aStride, b, bStride, c, cStride, rows, inner, columns, accumulate); }
        else { MatMulPlain.MultiplyUnpacked(a, aStride, b, bStride, c, cStride, rows, inner, columns, accumulate); }
    }

    internal static void MultiplyWith<TBlocks>(ReadOnlySpan<float> a, int aStride, ReadOnlySpan<float> packedB, ReadOnlySpan<float> bias, Span<float> c, int cStride, int rows, int inner, int columns, bool accumulate, MatrixEnd end = default)
        where TBlocks : struct, IMatrixBlocks
    {
        fixed (float* pa = a, pb = packedB, pbias = bias, pc = c, px = end.X, py = end.Y)
        {
            if (columns == 1 && rows >= LeastRowsOfColumn && inner <= MatrixDriver<TBlocks>.LongestOfColumn)
            {
                MatrixDriver<TBlocks>.RunColumn(pa, aStride, pb, pbias, pc, cStride, rows, inner, accumulate);
                end.Apply(pc, px, py, 0, cStride, rows, 1);
                return;
            }
            MatrixDriver<TBlocks>.Run(pa, aStride, 1, pb, 0, pbias, pc, cStride, rows, inner, columns, accumulate, end, px, py);
        }
    }

    internal static void MultiplyTransposedWith<TBlocks>(ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> d, int dStride, Span<float> g, int gStride, int rows, int firstInner, int innerCount, int firstColumn, int columnCount, bool accumulate)
        where TBlocks : struct, IMatrixBlocks
    {
        fixed (float* px = x, pd = d, pg = g)
        {
            if (columnCount == 1 && gStride == 1)
            {
                // One column lies in memory as one row does: Dᵀ·X.
                MatrixDriver<TBlocks>.Run(pd + firstColumn, 1, dStride, px + firstInner, xStride, null, pg + firstInner, innerCount, 1, rows, innerCount, accumulate, default, null, null);
                return;
            }
            MatrixDriver<TBlocks>.Run(px + firstInner, 1, xStride, pd + firstColumn, dStride, null, pg + (nint)firstInner * gStride + firstColumn, gStride, innerCount, rows, columnCount, accumulate, default, null, null);
        }
    }

    internal static void MultiplyTransposedPackedWith<TBlocks>(ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> packedD, Span<float> g, int gStride, int rows, int inner, int columns, bool accumulate)
        where TBlocks : struct, IMatrixBlocks
    {
        fixed (float* px = x, pd = packedD, pg = g)
        {
            MatrixDriver<TBlocks>.Run(px, 1, xStride, pd, 0, null, pg, gStride, inner, rows, columns, accumulate, default, null, null);
        }
    }

    internal static void MultiplyUnpackedWith<TBlocks>(ReadOnlySpan<float> a, int aStride, ReadOnlySpan<float> b, int bStride, Span<float> c, int cStride, int rows, int inner, int columns, bool accumulate)
        where TBlocks : struct, IMatrixBlocks
    {
        fixed (float* pa = a, pb = b, pc = c)
        {
            MatrixDriver<TBlocks>.Run(pa, aStride, 1, pb, bStride, null, pc, cStride, rows, inner, columns, accumulate, default, null, null);
        }
    }

    private static void Check(ReadOnlySpan<float> matrix, int stride, int rows, int width, string name)
    {
        if (rows < 0 || width < 0) { throw new ArgumentOutOfRangeException(name, $"Sizes must not be negative: [{rows}, {width}]."); }
        if (rows == 0 || width == 0) { return; }
        if (rows > 1 && stride < width) { throw new ArgumentException($"Stride {stride} is less than the width {width}.", name); }
        var needed = (long)(rows - 1) * stride + width;
        if (matrix.Length < needed) { ThrowShort(name, matrix.Length, needed); }
    }

    private static void CheckPanels(ReadOnlySpan<float> packed, int inner, int columns, int firstPanel, int panelCount)
    {
        if (firstPanel < 0 || panelCount < 0 || firstPanel + panelCount > PanelCount(columns))
        {
            throw new ArgumentOutOfRangeException(nameof(firstPanel), $"Panels {firstPanel} .. {firstPanel + panelCount} are not within the {PanelCount(columns)} panels of {columns} columns.");
        }
        var needed = (long)(firstPanel + panelCount) * PanelWidth * inner;
        if (packed.Length < needed) { ThrowShort(nameof(packed), packed.Length, needed); }
    }

    private static void ThrowShort(string name, int length, long needed) => throw new ArgumentException($"Has {length} numbers but needs {needed}.", name);
}
