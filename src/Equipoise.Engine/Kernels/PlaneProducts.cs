using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Products of several matrices that have their zeros in common with one other matrix: the zeros are left out.</summary>
/// <remarks>
/// Behind a rectifier the gradients of one layer for several outputs (planes) are zero at the same places. A single such matrix has too few numbers between its zeros to be worth looking for; of five at once, each number of
/// the other matrix that is read serves five steps, so that half as many numbers take nearly half the time.
/// <para><b>Same bits.</b> Each number is the chain of <see cref="MatMul"/> without the steps that add a zero, so with finite numbers the bits are the same (but for a −0 in C that a zero would be added to: it stays). A number of the other matrix that is not finite does not show where it meets zeros only.</para>
/// Only for AVX-512, which has the registers for four vectors of each plane, and for AVX2, which has those for two. Nothing is allocated.
/// </remarks>
internal static unsafe class PlaneProducts
{
    /// <summary>The most planes that are taken at once; more go in turn.</summary>
    public const int MostPlanes = 5;

    /// <summary>Rows below which the transposed product is never quicker.</summary>
    public const int LeastTurnedRows = 96;

    private const int FewPlanes = 3;
    private static int PanelWidth => MatMul.PanelWidth;
    // Columns of a block.
    private static int Width => IsWide ? 2 * PanelWidth : PanelWidth;
    // Rows and numbers of the inner index at a time: lists of both, and up to 32 KiB of the other matrix, stay in the first-level cache or near.
    private const int Rows = 64, Inner = 128;
    private const int Looks = 4;
    // Columns and rows of D, and columns of X, that the transposed product copies at a time; and how far apart the turned rows lie, so that they do not all fall into the same place of a cache.
    private const int TurnedColumns = 32, CopiedRows = 256, CopiedInner = 256, Padding = 16, TurnedStride = CopiedRows + Padding, ProductStride = CopiedInner + Padding;
    // Steps that are left, of all, up to which leaving zeros out is quicker, as measured. Absent planes cost as much as others, and turning D costs something, too, which few rows do not make up for.
    private const double MostSteps = 0.72, MostTurnedSteps = 0.6;

    /// <summary>Numbers of working memory that the transposed product wants; quickest if it begins at a multiple of 64 bytes.</summary>
    public const int WorkLength = (CopiedRows * CopiedInner) + (MostPlanes * TurnedColumns * (TurnedStride + ProductStride));

    /// <summary>Whether there is such a product on this processor.</summary>
    public static bool IsSupported => IsWide || (!Avx512F.IsSupported && Avx2.IsSupported && Fma.IsSupported);

    private static bool IsWide => Avx512BW.IsSupported;

    /// <summary>C_k (+)= A_k·B for each plane k, unless too few numbers are zero in all planes for that to be quicker than one product after the other: then nothing is done.</summary>
    /// <param name="a">A of the first plane [rows, inner]; the others follow.</param>
    /// <param name="aPlane">Numbers from one plane of A to the next.</param>
    /// <param name="planes">How many planes.</param>
    /// <param name="packedB">B [inner, columns] in panels.</param>
    /// <param name="c">C of the first plane [rows, columns]; the others follow.</param>
    /// <param name="cPlane">Numbers from one plane of C to the next.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="inner">Columns of A, rows of B.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="accumulate">Add to C instead of replacing it.</param>
    /// <param name="end">What to do with the finished numbers of each plane.</param>
    public static bool TryMultiply(ReadOnlySpan<float> a, int aPlane, int planes, ReadOnlySpan<float> packedB, Span<float> c, int cPlane, int rows, int inner, int columns, bool accumulate, MatrixEnd end)
    {
        if (!IsSupported || StepsLeft(a, inner, aPlane, planes, rows, inner) > MostSteps) return false;
        Require(c.Length, ((planes - 1L) * cPlane) + ((long)rows * columns), nameof(c));
        Require(packedB.Length, MatMul.PackedLength(inner, columns), nameof(packedB));
        if (end.IsSlope)
        {
            Require(end.X.Length, (long)rows * columns, nameof(end));
            Require(end.Y.Length, (long)rows * columns, nameof(end));
        }
        fixed (float* pa = a, pb = packedB, pc = c, px = end.X, py = end.Y)
        {
            Multiply(pa, inner, aPlane, planes, pb, (nint)PanelWidth * inner, pc, columns, cPlane, rows, inner, columns, accumulate, end, px, py);
        }
        return true;
    }

    /// <summary>The part [firstInner.., firstColumn..] of G_k (+)= Xᵀ·D_k for each plane k, summed over all rows in order; zeros that all D_k have in common are left out, however many.</summary>
    /// <param name="x">X [rows, xStride].</param>
    /// <param name="xStride">Row stride of X.</param>
    /// <param name="d">D of the first plane [rows, dStride]; the others follow.</param>
    /// <param name="dStride">Row stride of D.</param>
    /// <param name="dPlane">Numbers from one plane of D to the next.</param>
    /// <param name="planes">How many planes.</param>
    /// <param name="g">The whole of G of the first plane [inner, gStride]; the others follow. Only the named part is written.</param>
    /// <param name="gStride">Row stride of G.</param>
    /// <param name="gPlane">Numbers from one plane of G to the next.</param>
    /// <param name="rows">Rows of X and D.</param>
    /// <param name="firstInner">First row of G to write.</param>
    /// <param name="innerCount">How many rows of G to write.</param>
    /// <param name="firstColumn">First column of G to write.</param>
    /// <param name="columnCount">How many columns of G to write.</param>
    /// <param name="accumulate">Add to G instead of replacing it.</param>
    /// <param name="sums">Σ of the named columns of D over all rows, of the first plane [columns]; the others follow, as far apart as those of G. Empty: they are not wanted.</param>
    /// <param name="work">Working memory, <see cref="WorkLength"/>.</param>
    public static void MultiplyTransposed(ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> d, int dStride, int dPlane, int planes, Span<float> g, int gStride, int gPlane,
        int rows, int firstInner, int innerCount, int firstColumn, int columnCount, bool accumulate, Span<float> sums, Span<float> work)
    {
        if (rows == 0 || innerCount == 0 || columnCount == 0) throw new ArgumentException("The sizes of a product of planes must be positive.");
        Require(x.Length, ((rows - 1L) * xStride) + firstInner + innerCount, nameof(x));
        Require(d.Length, ((planes - 1L) * dPlane) + ((rows - 1L) * dStride) + firstColumn + columnCount, nameof(d));
        Require(g.Length, ((planes - 1L) * gPlane) + ((firstInner + innerCount - 1L) * gStride) + firstColumn + columnCount, nameof(g));
        Require(work.Length, WorkLength, nameof(work));
        if (!sums.IsEmpty) { Require(sums.Length, ((planes - 1L) * gPlane) + firstColumn + columnCount, nameof(sums)); }
        fixed (float* px = x, pd = d, pg = g, ps = sums, pw = work)
        {
            for (var row = 0; row < rows; row += CopiedRows)
            {
                for (var inner = 0; inner < innerCount; inner += CopiedInner)
                {
                    int from = firstInner + inner;
                    MultiplyPiece(px + ((nint)row * xStride) + from, xStride, pd + ((nint)row * dStride) + firstColumn, dStride, dPlane, planes, pg + ((nint)from * gStride) + firstColumn, gStride, gPlane,
                        Math.Min(CopiedRows, rows - row), Math.Min(CopiedInner, innerCount - inner), columnCount, accumulate || row > 0, sums.IsEmpty || inner > 0 ? null : ps + firstColumn, pw);
                }
            }
        }
    }

    /// <summary>C_k = A_k·B for each plane k, with or without the zeros that all have in common, whichever is quicker: the bits are the same.</summary>
    /// <param name="a">A of the first plane [rows, aStride]; the others follow.</param>
    /// <param name="aStride">Row stride of A.</param>
    /// <param name="aPlane">Numbers from one plane of A to the next.</param>
    /// <param name="planes">How many planes.</param>
    /// <param name="packedB">B [inner, columns] in panels.</param>
    /// <param name="c">C of the first plane [rows, cStride]; the others follow.</param>
    /// <param name="cStride">Row stride of C.</param>
    /// <param name="cPlane">Numbers from one plane of C to the next.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="inner">Columns of A, rows of B.</param>
    /// <param name="columns">Columns of B and C.</param>
    public static void Multiply(ReadOnlySpan<float> a, int aStride, int aPlane, int planes, ReadOnlySpan<float> packedB, Span<float> c, int cStride, int cPlane, int rows, int inner, int columns)
    {
        Require(c.Length, ((planes - 1L) * cPlane) + ((rows - 1L) * cStride) + columns, nameof(c));
        Require(packedB.Length, MatMul.PackedLength(inner, columns), nameof(packedB));
        if (!IsSupported || StepsLeft(a, aStride, aPlane, planes, rows, inner) > MostSteps)
        {
            for (var k = 0; k < planes; k++) { MatMul.Multiply(a[(k * aPlane)..], aStride, packedB, [], c[(k * cPlane)..], cStride, rows, inner, columns, accumulate: false); }
            return;
        }
        fixed (float* pa = a, pb = packedB, pc = c)
        {
            Multiply(pa, aStride, aPlane, planes, pb, (nint)PanelWidth * inner, pc, cStride, cPlane, rows, inner, columns, accumulate: false, default, null, null);
        }
    }

    /// <summary>T = Aᵀ.</summary>
    /// <param name="a">A [rows, aStride].</param>
    /// <param name="aStride">Row stride of A.</param>
    /// <param name="t">T [columns, tStride].</param>
    /// <param name="tStride">Row stride of T.</param>
    /// <param name="rows">Rows of A.</param>
    /// <param name="columns">Columns of A that are turned.</param>
    public static void Turn(ReadOnlySpan<float> a, int aStride, Span<float> t, int tStride, int rows, int columns)
    {
        Require(a.Length, ((rows - 1L) * aStride) + columns, nameof(a));
        Require(t.Length, ((columns - 1L) * tStride) + rows, nameof(t));
        fixed (float* pa = a, pt = t) { Turn(pa, aStride, pt, tStride, rows, columns); }
    }

    /// <summary>Whether so many numbers are zero in all planes of D that <see cref="MultiplyTransposed"/> is quicker than one product after the other, by a look at some rows.</summary>
    /// <param name="d">D of the first plane [rows, columns]; the others follow.</param>
    /// <param name="dPlane">Numbers from one plane to the next.</param>
    /// <param name="planes">How many planes.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    public static bool IsQuickerTransposed(ReadOnlySpan<float> d, int dPlane, int planes, int rows, int columns)
        => IsSupported && rows >= LeastTurnedRows && StepsLeft(d, columns, dPlane, planes, rows, columns) <= MostTurnedSteps;

    // Of the steps that take no notice of zeros.
    private static double StepsLeft(ReadOnlySpan<float> a, int stride, int plane, int planes, int rows, int width)
    {
        if (planes < 2 || rows == 0 || width < 16) return 1;
        Require(a.Length, ((planes - 1L) * plane) + ((rows - 1L) * stride) + width, nameof(a));
        int group = NextGroup(planes), looks = Math.Min(rows, Looks);
        var list = stackalloc int[Inner + 16];
        long steps = 0;
        fixed (float* pa = a)
        {
            for (var look = 0; look < looks; look++)
            {
                for (var from = 0; from < width; from += Inner) { steps += List(pa + ((nint)rows * look / looks * stride) + from, plane, group, Math.Min(Inner, width - from), list); }
            }
        }
        return (double)steps * (group > FewPlanes ? MostPlanes : FewPlanes) / ((double)group * looks * width);
    }

    // Groups of nearly the same size.
    private static int NextGroup(int planes)
    {
        int groups = (planes + MostPlanes - 1) / MostPlanes;
        return (planes + groups - 1) / groups;
    }

    private static void Multiply(float* a, nint aStride, nint aPlane, int planes, float* b, nint panelLength, float* c, nint cStride, nint cPlane, int rows, int inner, int columns, bool accumulate, MatrixEnd end, float* endX, float* endY)
    {
        for (int first = 0, group; first < planes; first += group)
        {
            group = NextGroup(planes - first);
            for (var row = 0; row < rows; row += Rows)
            {
                var to = row * cStride;
                MultiplyRows(a + (first * aPlane) + (row * aStride), aStride, aPlane, group, b, panelLength, c + (first * cPlane) + to, cStride, cPlane, Math.Min(Rows, rows - row), inner, columns, accumulate, end, endX + to, endY + to);
            }
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows(float* a, nint aStride, nint aPlane, int planes, float* b, nint panelLength, float* c, nint cStride, nint cPlane, int rows, int inner, int columns, bool accumulate, MatrixEnd end, float* endX, float* endY)
    {
        const int ListLength = Inner + 16;
        var lists = stackalloc int[Rows * ListLength];
        var counts = stackalloc int[Rows];
        var tile = stackalloc float[MostPlanes * Width];
        for (var k = 0; k < inner; k += Inner)
        {
            int piece = Math.Min(Inner, inner - k);
            bool load = accumulate || k > 0;
            for (var row = 0; row < rows; row++) { counts[row] = List(a + (row * aStride) + k, aPlane, planes, piece, lists + (row * ListLength)); }
            for (var column = 0; column < columns; column += Width)
            {
                int width = Math.Min(Width, columns - column);
                var panel = b + (column / PanelWidth * panelLength) + (k * PanelWidth);
                // Of a last panel that stands alone the second one is itself.
                nint second = width > PanelWidth ? panelLength : 0;
                for (var row = 0; row < rows; row++)
                {
                    var target = c + (row * cStride) + column;
                    var from = a + (row * aStride) + k;
                    if (width == Width)
                    {
                        Block(planes, lists + (row * ListLength), counts[row], from, aPlane, panel, second, target, cPlane, load);
                        continue;
                    }
                    if (load) { Copy(target, cPlane, tile, Width, planes, width); }
                    Block(planes, lists + (row * ListLength), counts[row], from, aPlane, panel, second, tile, Width, load);
                    Copy(tile, Width, target, cPlane, planes, width);
                }
                if (k + piece < inner) { continue; }
                for (var plane = 0; plane < planes; plane++) { end.Apply(c + (plane * cPlane), endX, endY, column, cStride, rows, width); }
            }
        }
    }

    // Gᵀ = Dᵀ·X, so that the zeros stand in the rows of the left matrix: D is turned, some columns at a time, and the result turned back.
    private static void MultiplyPiece(float* x, nint xStride, float* d, nint dStride, nint dPlane, int planes, float* g, nint gStride, nint gPlane, int rows, int inner, int columns, bool accumulate, float* sums, float* work)
    {
        var panels = work;
        var turned = panels + (CopiedRows * CopiedInner);
        var products = turned + (MostPlanes * TurnedColumns * TurnedStride);
        nint turnedPlane = TurnedColumns * TurnedStride, productPlane = TurnedColumns * ProductStride, panelLength = (nint)rows * PanelWidth;
        for (var i = 0; i < inner; i += PanelWidth) { MatrixPacking.PackPanel(x + i, xStride, rows, Math.Min(PanelWidth, inner - i), panels + (i / PanelWidth * panelLength)); }
        for (int first = 0, group; first < planes; first += group)
        {
            group = NextGroup(planes - first);
            for (var j = 0; j < columns; j += TurnedColumns)
            {
                int width = Math.Min(TurnedColumns, columns - j);
                for (var plane = 0; plane < group; plane++)
                {
                    var from = d + ((first + plane) * dPlane) + j;
                    Turn(from, dStride, turned + (plane * turnedPlane), TurnedStride, rows, width);
                    if (sums is not null) { Reductions.ColumnSums(new(from, (int)(((rows - 1) * dStride) + width)), (int)dStride, rows, 0, width, new(sums + ((first + plane) * gPlane) + j, width), accumulate); }
                    if (accumulate) { Turn(g + ((first + plane) * gPlane) + j, gStride, products + (plane * productPlane), ProductStride, inner, width); }
                }
                MultiplyRows(turned, TurnedStride, turnedPlane, group, panels, panelLength, products, ProductStride, productPlane, width, rows, inner, accumulate, default, null, null);
                for (var plane = 0; plane < group; plane++) { Turn(products + (plane * productPlane), ProductStride, g + ((first + plane) * gPlane) + j, gStride, width, inner); }
            }
        }
    }

    /// <summary>Where any plane of a row is not zero; returns how many. NaN is not zero, −0 is. Behind the end of the list up to a vector is written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int List(float* a, nint aPlane, int planes, int length, int* list)
    {
        int count = 0, i = 0;
        if (!IsWide && Avx2.IsSupported)
        {
            var orders = NonzeroLanes.Orders;
            for (; i + 8 <= length; i += 8)
            {
                var any = Vector256.Load((int*)(a + i));
                for (var plane = 1; plane < planes; plane++) { any |= Vector256.Load((int*)(a + (plane * aPlane) + i)); }
                var has = (~Vector256.Equals(any << 1, Vector256<int>.Zero)).ExtractMostSignificantBits();
                (NonzeroLanes.Order(orders, has) + Vector256.Create(i)).Store(list + count);
                count += BitOperations.PopCount(has);
            }
        }
        var numbers = Vector512<int>.Indices;
        for (; IsWide && i + 16 <= length; i += 16)
        {
            var any = Vector512.Load((int*)(a + i));
            for (var plane = 1; plane < planes; plane++) { any |= Vector512.Load((int*)(a + (plane * aPlane) + i)); }
            var has = ~Vector512.Equals(any << 1, Vector512<int>.Zero);
            Avx512F.Compress(Vector512<int>.Zero, has, numbers).Store(list + count);
            count += BitOperations.PopCount((uint)has.ExtractMostSignificantBits());
            numbers += Vector512.Create(16);
        }
        for (; i < length; i++)
        {
            var any = 0;
            for (var plane = 0; plane < planes; plane++) { any |= *(int*)(a + (plane * aPlane) + i) << 1; }
            list[count] = i;
            count += any != 0 ? 1 : 0;
        }
        return count;
    }

    private static void Block(int planes, int* list, int count, float* a, nint aPlane, float* b, nint panelLength, float* c, nint cPlane, bool load)
    {
        if (!IsWide)
        {
            if (planes > FewPlanes) { PlaneBlocks.Block5X16(planes, list, count, a, aPlane, b, c, cPlane, load); }
            else { PlaneBlocks.Block3X16(planes, list, count, a, aPlane, b, c, cPlane, load); }
        }
        else if (planes > FewPlanes) { PlaneBlocks.Block5X64(planes, list, count, a, aPlane, b, panelLength, c, cPlane, load); }
        else { PlaneBlocks.Block3X64(planes, list, count, a, aPlane, b, panelLength, c, cPlane, load); }
    }

    private static void Copy(float* source, nint sourcePlane, float* target, nint targetPlane, int planes, int width)
    {
        for (; planes > 0; planes--, source += sourcePlane, target += targetPlane) { Unsafe.CopyBlockUnaligned(target, source, (uint)width * sizeof(float)); }
    }

    /// <summary>The transpose of a [rows, columns].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* a, nint aStride, float* t, nint tStride, int rows, int columns)
    {
        int side = IsWide ? 16 : 8, wholeRows = Avx.IsSupported ? rows & -side : 0, wholeColumns = columns & -side;
        for (var column = 0; column < wholeColumns; column += side)
        {
            for (var row = 0; row < wholeRows; row += side)
            {
                float* from = a + (row * aStride) + column, to = t + (column * tStride) + row;
                // Rows far apart are no stream that a processor would foresee.
                var next = from + (side * aStride);
                for (var i = 0; i < side; i++, next += aStride) { Sse.Prefetch0(next); }
                if (IsWide) { Turn16(from, aStride, to, tStride); }
                else { MatrixPacking.Transpose8X8(from, aStride, to, tStride); }
            }
        }
        for (var row = 0; row < rows; row++)
        {
            for (var column = row < wholeRows ? wholeColumns : 0; column < columns; column++) { t[(column * tStride) + row] = a[(row * aStride) + column]; }
        }
    }

    // t[16, 16] = aᵀ: pairs of numbers, then pairs of pairs, then quarters of vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn16(float* a, nint aStride, float* t, nint tStride)
    {
        Turn4(a + (0 * aStride), aStride, out var v00, out var v01, out var v02, out var v03);
        Turn4(a + (4 * aStride), aStride, out var v10, out var v11, out var v12, out var v13);
        Turn4(a + (8 * aStride), aStride, out var v20, out var v21, out var v22, out var v23);
        Turn4(a + (12 * aStride), aStride, out var v30, out var v31, out var v32, out var v33);
        Quarters(v00, v10, v20, v30, t + (0 * tStride), 4 * tStride);
        Quarters(v01, v11, v21, v31, t + (1 * tStride), 4 * tStride);
        Quarters(v02, v12, v22, v32, t + (2 * tStride), 4 * tStride);
        Quarters(v03, v13, v23, v33, t + (3 * tStride), 4 * tStride);
    }

    // Of four rows: in quarter q of vector i, their numbers in column 4q + i.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn4(float* a, nint aStride, out Vector512<float> v0, out Vector512<float> v1, out Vector512<float> v2, out Vector512<float> v3)
    {
        Vector512<float> r0 = Vector512.Load(a), r1 = Vector512.Load(a + aStride), r2 = Vector512.Load(a + (2 * aStride)), r3 = Vector512.Load(a + (3 * aStride));
        Vector512<double> low01 = Avx512F.UnpackLow(r0, r1).AsDouble(), high01 = Avx512F.UnpackHigh(r0, r1).AsDouble(), low23 = Avx512F.UnpackLow(r2, r3).AsDouble(), high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        v0 = Avx512F.UnpackLow(low01, low23).AsSingle();
        v1 = Avx512F.UnpackHigh(low01, low23).AsSingle();
        v2 = Avx512F.UnpackLow(high01, high23).AsSingle();
        v3 = Avx512F.UnpackHigh(high01, high23).AsSingle();
    }

    // Quarter q of all four becomes row q.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(Vector512<float> v0, Vector512<float> v1, Vector512<float> v2, Vector512<float> v3, float* t, nint tStride)
    {
        // 0x88 takes the even quarters of both, 0xDD the odd ones.
        Vector512<float> even01 = Avx512F.Shuffle4x128(v0, v1, 0x88), odd01 = Avx512F.Shuffle4x128(v0, v1, 0xDD), even23 = Avx512F.Shuffle4x128(v2, v3, 0x88), odd23 = Avx512F.Shuffle4x128(v2, v3, 0xDD);
        Avx512F.Shuffle4x128(even01, even23, 0x88).Store(t);
        Avx512F.Shuffle4x128(odd01, odd23, 0x88).Store(t + tStride);
        Avx512F.Shuffle4x128(even01, even23, 0xDD).Store(t + (2 * tStride));
        Avx512F.Shuffle4x128(odd01, odd23, 0xDD).Store(t + (3 * tStride));
    }

    private static void Require(long length, long needed, string name)
    {
        if (length < needed) { throw new ArgumentException($"Has {length} numbers but needs {needed}.", name); }
    }
}
