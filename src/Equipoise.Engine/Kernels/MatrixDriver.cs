using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Cuts a matrix product into pieces that fit the caches and hands them to the register blocks of one instruction set.</summary>
/// <remarks>
/// <para>Order of the loops: pieces of the inner index (256 to 384; 384 to 512 for AVX2), pieces of 264 rows of A, panels of 32 or 16 columns of B, register blocks. A piece of a panel
/// (24 to 48 KiB) stays in the first cache while the rows pass by. Every further piece of the inner index continues the chains by loading C again.</para>
/// <para>B is either packed (panels [inner][<see cref="MatMul.PanelWidth"/>]) or an ordinary row-major matrix, whose pieces are copied into panels on the stack when several register
/// blocks read them or when the last panel is not full. While the rows pass by a packed panel, the next one is fetched. A is read where it lies, except if its
/// rows lie a multiple of 2 KiB apart: then all rows fall into the same few places of the first cache (a quarter to a half of the speed), so pieces of A are
/// copied too. So are pieces of a wide Aᵀ that several panels read, block by block as they are read: each of its rows is on a page or two of its own (10 % of the speed).</para>
/// </remarks>
internal static unsafe class MatrixDriver<TBlocks> where TBlocks : struct, IMatrixBlocks
{
    private static int PanelWidth => MatMul.PanelWidth;
    // A piece of a panel of half the width may be longer.
    private static int InnerPiece => PanelWidth == MatMul.WidestPanel ? 256 : 384;
    private static int LongestInnerPiece => PanelWidth == MatMul.WidestPanel ? 384 : 512;
    private const int RowPiece = 264, ShortRowPiece = 48;
    private const int FewColumns = 256;
    // The rows of a block of AVX2 stay in the first cache beside each other; only their pages are worth a copy.
    private static int LeastCopied => PanelWidth == MatMul.WidestPanel ? PanelWidth : FewColumns;
    private const int MostRows = 12, ShortInner = 40;
    private const int FarLength = 1 << 18, LeastRowsAhead = 96;   // more than 1 MiB does not stay in the second cache beside A and C
    private const int Line = 16;                               // numbers of a cache line
    private const int AliasingStride = 512, WideStride = 256;
    private const int InBlocks = -1;                           // instead of A's inner step

    /// <summary>C[rows, columns] (+)= A·B (+ bias).</summary>
    /// <param name="a">a[i, k] at i·aRow + k·aInner; one of the two steps is 1.</param>
    /// <param name="aRow">Step between rows of A.</param>
    /// <param name="aInner">Step along the inner index of A.</param>
    /// <param name="b">B, packed or not.</param>
    /// <param name="bStride">Row stride of B, or 0 if B is packed.</param>
    /// <param name="bias">Bias [columns] or null.</param>
    /// <param name="c">C, row-major.</param>
    /// <param name="cStride">Row stride of C.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="inner">Columns of A and rows of B; may be 0.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="accumulate">Add to what C holds.</param>
    /// <param name="end">What to do with the finished numbers.</param>
    /// <param name="endX">The end's x, laid out as C, or null.</param>
    /// <param name="endY">The end's y, laid out as C, or null.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* a, nint aRow, nint aInner, float* b, nint bStride, float* bias, float* c, nint cStride, int rows, int inner, int columns, bool accumulate, MatrixEnd end, float* endX, float* endY)
    {
        if (rows == 0 || columns == 0) { return; }
        if (rows == 1 && columns >= 4 * PanelWidth)
        {
            var wide = columns / (4 * PanelWidth) * (4 * PanelWidth);
            for (var column = 0; column < wide; column += 4 * PanelWidth)
            {
                var first = bStride == 0 ? b + (nint)column * inner : b + column;
                TBlocks.FourPanels(new(aRow, aInner, bStride == 0 ? PanelWidth : bStride, cStride), bStride == 0 ? (nint)PanelWidth * inner : PanelWidth,
                    a, first, c + column, inner, accumulate, bias is null ? null : bias + column);
            }
            end.Apply(c, endX, endY, 0, cStride, 1, wide);
            if (wide == columns) { return; }
            endX += wide;
            endY += wide;
            b = bStride == 0 ? b + (nint)wide * inner : b + wide;
            c += wide;
            bias = bias is null ? null : bias + wide;
            columns -= wide;
        }

        var copyA = rows > 2 && columns > (aRow == 1 ? PanelWidth : LeastCopied) && ((aRow == 1 ? aInner : aRow) % AliasingStride == 0 || (aRow == 1 && aInner > WideStride && columns >= 4 * PanelWidth));
        // A short panel stays in the first cache as it lies, too; a copy pays for many rows only.
        var copyB = bStride != 0 && (rows > (inner <= ShortInner ? 6 : 2) * MostRows || columns % 16 != 0);
        var longest = inner <= LongestInnerPiece ? inner : LongestInnerPiece;
        var isFar = bStride == 0 && (long)inner * columns >= FarLength;
        // Pieces of few panels stay in the second cache anyway: then fewer copied rows at a time, which come back sooner.
        var rowPiece = copyA && aRow != 1 && columns <= FewColumns ? ShortRowPiece : RowPiece;
        // One line more than a power of two, so that the copy does not alias again.
        var copiedRow = aRow == 1 ? longest : longest + Line;
        var aMemory = stackalloc float[copyA ? Math.Min(rows, rowPiece) * copiedRow + Line : 0];
        var aCopy = Aligned(aMemory);
        var bMemory = stackalloc float[copyB ? PanelWidth * longest + Line : 0];
        var bCopy = Aligned(bMemory);
        var tileMemory = stackalloc float[MostRows * PanelWidth + PanelWidth + Line];
        var tile = Aligned(tileMemory);

        var k = 0;
        do
        {
            var piece = inner - k <= LongestInnerPiece ? inner - k : InnerPiece;
            var load = accumulate || k > 0;
            var isLast = k + piece == inner;
            var last = isLast ? bias : null;
            for (var firstRow = 0; firstRow < rows; firstRow += rowPiece)
            {
                var pieceRows = Math.Min(rowPiece, rows - firstRow);
                var aPiece = a + firstRow * aRow + k * aInner;
                nint row = aRow, step = aInner;
                if (copyA)
                {
                    if (aRow == 1) { CopyBlocks(aPiece, aInner, aCopy, pieceRows, piece); row = piece; step = InBlocks; }
                    else { Copy(aPiece, aRow, aCopy, copiedRow, pieceRows, piece); row = copiedRow; }
                    aPiece = aCopy;
                }
                for (var column = 0; column < columns; column += PanelWidth)
                {
                    var width = Math.Min(PanelWidth, columns - column);
                    var bPiece = bStride == 0 ? b + (nint)column * inner + (nint)k * PanelWidth : b + k * bStride + column;
                    nint bInner = bStride == 0 ? PanelWidth : bStride;
                    if (copyB)
                    {
                        MatrixPacking.PackPanel(bPiece, bStride, piece, width, bCopy, width <= 16 ? 16 : PanelWidth);
                        bPiece = bCopy;
                        bInner = PanelWidth;
                    }
                    var at = firstRow * cStride + column;
                    var ahead = isFar && pieceRows >= LeastRowsAhead && column + PanelWidth < columns ? bPiece + (nint)PanelWidth * inner : null;
                    Panel(ahead, pieceRows, width, new(row, step, bInner, cStride), aPiece, bPiece, c + at, piece, load, last is null ? null : last + column, tile, isLast ? end : default, endX + at, endY + at);
                }
            }
            k += piece;
        }
        while (k < inner);
    }

    /// <summary>The longest inner index of <see cref="RunColumn"/>.</summary>
    public const int LongestOfColumn = 256;

    /// <summary>C[rows, 1] (+)= A·B (+ bias): as many rows of A as a panel has columns are turned into a panel, which B's one column, lying down, is multiplied with. The same chains as ever.</summary>
    /// <param name="a">A, row-major.</param>
    /// <param name="aRow">Step between rows of A.</param>
    /// <param name="b">B, packed.</param>
    /// <param name="bias">One number, or null.</param>
    /// <param name="c">C.</param>
    /// <param name="cStride">Step between rows of C.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="inner">Columns of A and rows of B; at most <see cref="LongestOfColumn"/>.</param>
    /// <param name="accumulate">Add to what C holds.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunColumn(float* a, nint aRow, float* b, float* bias, float* c, nint cStride, int rows, int inner, bool accumulate)
    {
        var memory = stackalloc float[PanelWidth * inner + PanelWidth + Line];
        var panel = Aligned(memory);
        var sums = panel + PanelWidth * inner;
        for (; rows > 0; rows -= PanelWidth, a += PanelWidth * aRow, c += PanelWidth * cStride)
        {
            var count = Math.Min(rows, PanelWidth);
            MatrixPacking.PackPanelTransposed(a, aRow, inner, count, panel);
            for (var i = 0; accumulate && i < count; i++) { sums[i] = c[i * cStride]; }
            TBlocks.Block(1, PanelWidth, new(0, PanelWidth, PanelWidth, PanelWidth), b, panel, sums, inner, accumulate, null);
            for (var i = 0; i < count; i++) { c[i * cStride] = bias is null ? sums[i] : sums[i] + *bias; }
        }
    }

    private static void Panel(float* ahead, int rows, int width, in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias, float* tile, MatrixEnd end, float* endX, float* endY)
    {
        if (width % 16 != 0)
        {
            PartialPanel(rows, width, strides, a, b, c, inner, load, bias, tile, end, endX, endY);
            return;
        }
        // What the next panel's first block reads would not come in time: each block of this panel asks for a share.
        var share = ahead is null ? 0 : inner * PanelWidth / Line / (rows / MostRows) + 1;
        for (int row = 0, next; row < rows; row += next)
        {
            next = TBlocks.NextRows(rows - row);
            var at = row * strides.CRow;
            for (var i = 0; i < share; i++, ahead += Line) { Sse.Prefetch1(ahead); }
            TBlocks.Block(next, width, Of(strides, next), a + row * strides.ARow, b, c + at, inner, load, bias);
            // At once: the rows of a wide C fall into few places of the first cache and would not stay there.
            end.Apply(c, endX, endY, at, strides.CRow, next, width);
        }
    }

    // A method of its own, since the runtime compiles a method by what it met in it at first.
    private static void PartialPanel(int rows, int width, in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias, float* tile, MatrixEnd end, float* endX, float* endY)
    {
        // The last panel is not full: compute 16 or 32 columns in a tile of our own and copy those that exist.
        var padded = (width + 15) & ~15;
        var tileBias = tile + MostRows * PanelWidth;
        new Span<float>(tile, (MostRows + 1) * PanelWidth).Clear();
        if (bias is not null) { new ReadOnlySpan<float>(bias, width).CopyTo(new(tileBias, width)); }
        for (int row = 0, next; row < rows; row += next)
        {
            next = TBlocks.NextRows(rows - row);
            var at = row * strides.CRow;
            if (load) { Copy(c + at, strides.CRow, tile, PanelWidth, next, width); }
            TBlocks.Block(next, padded, Of(strides, next) with { CRow = PanelWidth }, a + row * strides.ARow, b, tile, inner, load, bias is null ? null : tileBias);
            Copy(tile, PanelWidth, c + at, strides.CRow, next, width);
            end.Apply(c, endX, endY, at, strides.CRow, next, width);
        }
    }

    // The rows of Aᵀ that a register block reads, in one piece, as it reads them: [inner][rows].
    private static void CopyBlocks(float* a, nint aInner, float* blocks, int rows, int inner)
    {
        for (int next; rows > 0; rows -= next, a += next, blocks += next * inner)
        {
            next = TBlocks.NextRows(rows);
            MatrixPacking.CopyRows(a, aInner, blocks, next, inner, next);
        }
    }

    private static Strides Of(in Strides strides, int rows) => strides.AInner == InBlocks ? strides with { ARow = 1, AInner = rows } : strides;

    // To where a cache line begins: a vector over two lines takes twice as long to load.
    private static float* Aligned(float* memory) => (float*)(((nint)memory + (Line * sizeof(float)) - 1) & -(Line * sizeof(float)));

    private static void Copy(float* source, nint sourceStride, float* target, nint targetStride, int rows, int width)
    {
        for (; rows > 0; rows--, source += sourceStride, target += targetStride)
        {
            Unsafe.CopyBlockUnaligned(target, source, (uint)width * sizeof(float));
        }
    }
}
