using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Sums and maxima over spans, with the same bits on every machine.</summary>
/// <remarks>
/// <para>Sums run in 16 logical lanes: lane k adds the numbers k, k + 16, k + 32, ... in order, the end of the span going to the same lanes; products are fused into the sum. Then lanes
/// k and k + 8 are added, then k and k + 4, k and k + 2, and the last two. The vector width of the machine plays no part.</para>
/// <para>The forms named Double widen each number first and add in double precision (a product of two singles is exact there). Sums of empty spans are 0. NaN and infinity spread as in any sum.</para>
/// </remarks>
public static unsafe class Reductions
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization, Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Σ x.</summary>
    public static float Sum(ReadOnlySpan<float> x) => Reduce<Plus>(x, x);

    /// <summary>Σ x².</summary>
    public static float SumOfSquares(ReadOnlySpan<float> x) => Reduce<PlusProduct>(x, x);

    /// <summary>Σ |x|.</summary>
    public static float SumOfAbsolutes(ReadOnlySpan<float> x) => Reduce<PlusAbsolute>(x, x);

    /// <summary>Σ x·y. Shapes: x, y [n].</summary>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Reduce<PlusProduct>(x, y);

    /// <summary>Σ x, added in double precision.</summary>
    public static double SumDouble(ReadOnlySpan<float> x) => ReduceDouble<Plus>(x, x);

    /// <summary>Σ x², added in double precision.</summary>
    public static double SumOfSquaresDouble(ReadOnlySpan<float> x) => ReduceDouble<PlusProduct>(x, x);

    /// <summary>Σ |x|, added in double precision.</summary>
    public static double SumOfAbsolutesDouble(ReadOnlySpan<float> x) => ReduceDouble<PlusAbsolute>(x, x);

    /// <summary>Σ x·y, added in double precision. Shapes: x, y [n].</summary>
    public static double DotDouble(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => ReduceDouble<PlusProduct>(x, y);

    /// <summary>Σ x·y, four products at a time in single precision and these in double: nearly as exact as <see cref="DotDouble"/>, at about a quarter of its time, which goes into widening.</summary>
    /// <remarks>
    /// In each run of 64 numbers lane k of 16 adds products k, k + 16, k + 32 and k + 48 by fused steps; the 16 sums are added to as many in double. What is left over is a run padded with zeros.
    /// The 16 are added at the end as in <see cref="DotDouble"/>. Its error is some 1e-7 of Σ |x·y| where that of all in single precision grows with the length.
    /// </remarks>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static double DotByFours(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Check(x, y);
        Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
        fixed (float* px = x, py = y)
        {
            var i = 0;
            for (; i <= x.Length - 64; i += 64)
            {
                Vector256<float> a = Vector256.Load(px + i) * Vector256.Load(py + i), b = Vector256.Load(px + i + 8) * Vector256.Load(py + i + 8);
                a = Vector256.FusedMultiplyAdd(Vector256.Load(px + i + 16), Vector256.Load(py + i + 16), a);
                b = Vector256.FusedMultiplyAdd(Vector256.Load(px + i + 24), Vector256.Load(py + i + 24), b);
                a = Vector256.FusedMultiplyAdd(Vector256.Load(px + i + 32), Vector256.Load(py + i + 32), a);
                b = Vector256.FusedMultiplyAdd(Vector256.Load(px + i + 40), Vector256.Load(py + i + 40), b);
                a = Vector256.FusedMultiplyAdd(Vector256.Load(px + i + 48), Vector256.Load(py + i + 48), a);
                b = Vector256.FusedMultiplyAdd(Vector256.Load(px + i + 56), Vector256.Load(py + i + 56), b);
                s0 += Vector256.WidenLower(a);
                s1 += Vector256.WidenUpper(a);
                s2 += Vector256.WidenLower(b);
                s3 += Vector256.WidenUpper(b);
            }
            if (i < x.Length)
            {
                Vector256<float> a = default, b = default;
                for (; i < x.Length; i += 16)
                {
                    a = Vector256.FusedMultiplyAdd(Ends.Load(px + i, x.Length - i), Ends.Load(py + i, x.Length - i), a);
                    if (x.Length - i > 8) { b = Vector256.FusedMultiplyAdd(Ends.Load(px + i + 8, x.Length - i - 8), Ends.Load(py + i + 8, x.Length - i - 8), b); }
                }
                s0 += Vector256.WidenLower(a);
                s1 += Vector256.WidenUpper(a);
                s2 += Vector256.WidenLower(b);
                s3 += Vector256.WidenUpper(b);
            }
        }
        var four = s0 + s2 + (s1 + s3);
        return four[0] + four[2] + (four[1] + four[3]);
    }

    /// <summary>As <see cref="DotByFours"/> of x with several rows, bit for bit, but quicker: x is read once for four of them.</summary>
    /// <param name="x">x [n].</param>
    /// <param name="rows">The rows [n], a stride apart.</param>
    /// <param name="stride">Numbers from row to row.</param>
    /// <param name="products">The products; as many as there are rows.</param>
    public static void DotsByFours(ReadOnlySpan<float> x, ReadOnlySpan<float> rows, int stride, Span<double> products)
    {
        if (products.IsEmpty) return;
        if (rows.Length < ((products.Length - 1L) * stride) + x.Length) { throw new ArgumentException($"There are {rows.Length} numbers, too few for {products.Length} rows of {x.Length}.", nameof(rows)); }
        var k = 0;
        if (Avx512F.IsSupported && x.Length % 64 == 0)
        {
            fixed (float* px = x, pr = rows)
            {
                fixed (double* results = products)
                {
                    for (; k + 4 <= products.Length; k += 4) { DotsByFours4(px, pr + ((nint)k * stride), stride, x.Length, results + k); }
                }
            }
        }
        for (; k < products.Length; k++) { products[k] = DotByFours(x, rows.Slice(k * stride, x.Length)); }
    }

    /// <summary>The greatest number. NaN if any is NaN; -infinity if there is none.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static float Max(ReadOnlySpan<float> x)
    {
        Vector256<float> low = Vector256.Create(float.NegativeInfinity), high = low, unordered = default;
        fixed (float* p = x)
        {
            var i = 0;
            for (; i <= x.Length - 16; i += 16)
            {
                Vector256<float> first = Vector256.Load(p + i), second = Vector256.Load(p + i + 8);
                low = Greater(first, low);
                high = Greater(second, high);
                unordered |= ~(Vector256.Equals(first, first) & Vector256.Equals(second, second));
            }
            if (i <= x.Length - 8)
            {
                var next = Vector256.Load(p + i);
                low = Greater(next, low);
                unordered |= ~Vector256.Equals(next, next);
                i += 8;
            }
            if (i < x.Length)
            {
                var next = Elementwise.LoadFirst(p + i, x.Length - i, float.NegativeInfinity);
                high = Greater(next, high);
                unordered |= ~Vector256.Equals(next, next);
            }
        }
        if (unordered.AsInt32() != Vector256<int>.Zero) { return float.NaN; }
        return Greatest(Greater(low, high));
    }

    /// <summary>The greatest of eight numbers, none of them NaN.</summary>
    [MethodImpl(Inline)]
    internal static float Greatest(Vector256<float> x)
    {
        var four = Vector128.ConditionalSelect(Vector128.GreaterThan(x.GetLower(), x.GetUpper()), x.GetLower(), x.GetUpper());
        float a = four[0] > four[2] ? four[0] : four[2], b = four[1] > four[3] ? four[1] : four[3];
        return a > b ? a : b;
    }

    [MethodImpl(Inline)]
    private static Vector256<float> Greater(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.GreaterThan(x, y), x, y);

    /// <summary>Sums over rows, in row order, of columns firstColumn .. firstColumn + columnCount: the gradient of a bias.</summary>
    /// <param name="x">X [rows, columns], row-major.</param>
    /// <param name="stride">Row stride of X.</param>
    /// <param name="rows">How many rows to add; with none the sums are zero, or stay if accumulating.</param>
    /// <param name="firstColumn">First column to add up.</param>
    /// <param name="columnCount">How many columns to add up.</param>
    /// <param name="sums">The sums of all columns [columns]; only the named part is written.</param>
    /// <param name="accumulate">Start from the sums there are instead of from zero.</param>
    [MethodImpl(Hot)]
    public static void ColumnSums(ReadOnlySpan<float> x, int stride, int rows, int firstColumn, int columnCount, Span<float> sums, bool accumulate)
    {
        var end = firstColumn + columnCount;
        if (firstColumn < 0 || columnCount < 0 || rows < 0) { throw new ArgumentOutOfRangeException(nameof(columnCount), $"{rows} rows, columns {firstColumn} .. {end}."); }
        if (sums.Length < end) { throw new ArgumentException($"Has {sums.Length} numbers but column {end - 1} is to be written.", nameof(sums)); }
        if (rows > 0 && x.Length < (long)(rows - 1) * stride + end) { throw new ArgumentException($"Has {x.Length} numbers, too few for {rows} rows of stride {stride}.", nameof(x)); }
        fixed (float* px = x, ps = sums)
        {
            var column = firstColumn;
            for (; column <= end - 32; column += 32)
            {
                Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
                if (accumulate)
                {
                    s0 = Vector256.Load(ps + column); s1 = Vector256.Load(ps + column + 8);
                    s2 = Vector256.Load(ps + column + 16); s3 = Vector256.Load(ps + column + 24);
                }
                var row = px + column;
                for (var n = 0; n < rows; n++, row += stride)
                {
                    s0 += Vector256.Load(row); s1 += Vector256.Load(row + 8);
                    s2 += Vector256.Load(row + 16); s3 += Vector256.Load(row + 24);
                }
                s0.Store(ps + column); s1.Store(ps + column + 8);
                s2.Store(ps + column + 16); s3.Store(ps + column + 24);
            }
            for (; column <= end - 8; column += 8)
            {
                var s = accumulate ? Vector256.Load(ps + column) : default;
                var row = px + column;
                for (var n = 0; n < rows; n++, row += stride) { s += Vector256.Load(row); }
                s.Store(ps + column);
            }
            for (; column < end; column++)
            {
                var s = accumulate ? ps[column] : 0;
                var row = px + column;
                for (var n = 0; n < rows; n++, row += stride) { s += *row; }
                ps[column] = s;
            }
        }
    }

    [SkipLocalsInit, MethodImpl(Hot)]
    private static float Reduce<TTerm>(ReadOnlySpan<float> x, ReadOnlySpan<float> y) where TTerm : struct, ITerm
    {
        Check(x, y);
        Vector256<float> low = default, high = default;
        fixed (float* px = x, py = y)
        {
            var i = 0;
            for (; i <= x.Length - 16; i += 16)
            {
                low = TTerm.Add(low, Vector256.Load(px + i), Vector256.Load(py + i));
                high = TTerm.Add(high, Vector256.Load(px + i + 8), Vector256.Load(py + i + 8));
            }
            if (i <= x.Length - 8)
            {
                low = TTerm.Add(low, Vector256.Load(px + i), Vector256.Load(py + i));
                i += 8;
                high = TTerm.Add(high, Elementwise.LoadFirst(px + i, x.Length - i), Elementwise.LoadFirst(py + i, x.Length - i));
            }
            else
            {
                low = TTerm.Add(low, Elementwise.LoadFirst(px + i, x.Length - i), Elementwise.LoadFirst(py + i, x.Length - i));
            }
        }
        return Fold(low, high);
    }

    /// <summary>Adds 16 lanes in the promised order.</summary>
    [MethodImpl(Inline)]
    internal static float Fold(Vector256<float> low, Vector256<float> high)
    {
        var eight = low + high;
        var four = eight.GetLower() + eight.GetUpper();
        return four[0] + four[2] + (four[1] + four[3]);
    }

    [SkipLocalsInit, MethodImpl(Hot)]
    private static double ReduceDouble<TTerm>(ReadOnlySpan<float> x, ReadOnlySpan<float> y) where TTerm : struct, ITerm
    {
        Check(x, y);
        Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
        fixed (float* px = x, py = y)
        {
            var i = 0;
            for (; i <= x.Length - 16; i += 16)
            {
                Vector256<float> x0 = Vector256.Load(px + i), y0 = Vector256.Load(py + i), x1 = Vector256.Load(px + i + 8), y1 = Vector256.Load(py + i + 8);
                s0 = TTerm.Add(s0, Vector256.WidenLower(x0), Vector256.WidenLower(y0));
                s1 = TTerm.Add(s1, Vector256.WidenUpper(x0), Vector256.WidenUpper(y0));
                s2 = TTerm.Add(s2, Vector256.WidenLower(x1), Vector256.WidenLower(y1));
                s3 = TTerm.Add(s3, Vector256.WidenUpper(x1), Vector256.WidenUpper(y1));
            }
            // Zeros beyond the end add nothing: lanes start at +0, and +0 plus either zero is +0.
            var rest = x.Length - i;
            if (rest > 0)
            {
                Vector256<float> x0 = rest >= 8 ? Vector256.Load(px + i) : Elementwise.LoadFirst(px + i, rest), y0 = rest >= 8 ? Vector256.Load(py + i) : Elementwise.LoadFirst(py + i, rest);
                s0 = TTerm.Add(s0, Vector256.WidenLower(x0), Vector256.WidenLower(y0));
                s1 = TTerm.Add(s1, Vector256.WidenUpper(x0), Vector256.WidenUpper(y0));
            }
            if (rest > 8)
            {
                Vector256<float> x1 = Elementwise.LoadFirst(px + i + 8, rest - 8), y1 = Elementwise.LoadFirst(py + i + 8, rest - 8);
                s2 = TTerm.Add(s2, Vector256.WidenLower(x1), Vector256.WidenLower(y1));
                s3 = TTerm.Add(s3, Vector256.WidenUpper(x1), Vector256.WidenUpper(y1));
            }
        }
        var four = s0 + s2 + (s1 + s3);
        return four[0] + four[2] + (four[1] + four[3]);
    }

    private static void Check(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        if (x.Length != y.Length) { throw new ArgumentException($"Has {y.Length} numbers but x has {x.Length}.", nameof(y)); }
    }

    private interface ITerm
    {
        public static abstract Vector256<float> Add(Vector256<float> sum, Vector256<float> x, Vector256<float> y);
        public static abstract Vector256<double> Add(Vector256<double> sum, Vector256<double> x, Vector256<double> y);
    }

    private readonly struct Plus : ITerm
    {
        [MethodImpl(Inline)] public static Vector256<float> Add(Vector256<float> sum, Vector256<float> x, Vector256<float> y) => sum + x;
        [MethodImpl(Inline)] public static Vector256<double> Add(Vector256<double> sum, Vector256<double> x, Vector256<double> y) => sum + x;
    }

    private readonly struct PlusAbsolute : ITerm
    {
        [MethodImpl(Inline)] public static Vector256<float> Add(Vector256<float> sum, Vector256<float> x, Vector256<float> y) => sum + Vector256.Abs(x);
        [MethodImpl(Inline)] public static Vector256<double> Add(Vector256<double> sum, Vector256<double> x, Vector256<double> y) => sum + Vector256.Abs(x);
    }

    private readonly struct PlusProduct : ITerm
    {
        [MethodImpl(Inline)] public static Vector256<float> Add(Vector256<float> sum, Vector256<float> x, Vector256<float> y) => Vector256.FusedMultiplyAdd(x, y, sum);
        [MethodImpl(Inline)] public static Vector256<double> Add(Vector256<double> sum, Vector256<double> x, Vector256<double> y) => Vector256.FusedMultiplyAdd(x, y, sum);
    }

    [SkipLocalsInit, MethodImpl(Hot)]
    private static void DotsByFours4(float* x, float* y, nint stride, int length, double* results)
    {
        Vector512<double> low0 = default, high0 = default, low1 = default, high1 = default, low2 = default, high2 = default, low3 = default, high3 = default;
        float* y1 = y + stride, y2 = y1 + stride, y3 = y2 + stride;
        for (var i = 0; i < length; i += 64)
        {
            Vector512<float> x0 = Vector512.Load(x + i), x1 = Vector512.Load(x + i + 16), x2 = Vector512.Load(x + i + 32), x3 = Vector512.Load(x + i + 48);
            AddFour(x0, x1, x2, x3, y + i, ref low0, ref high0);
            AddFour(x0, x1, x2, x3, y1 + i, ref low1, ref high1);
            AddFour(x0, x1, x2, x3, y2 + i, ref low2, ref high2);
            AddFour(x0, x1, x2, x3, y3 + i, ref low3, ref high3);
        }
        results[0] = SumOf(low0 + high0);
        results[1] = SumOf(low1 + high1);
        results[2] = SumOf(low2 + high2);
        results[3] = SumOf(low3 + high3);
    }

    [MethodImpl(Inline)]
    private static void AddFour(Vector512<float> x0, Vector512<float> x1, Vector512<float> x2, Vector512<float> x3, float* y, ref Vector512<double> low, ref Vector512<double> high)
    {
        var sum = x0 * Vector512.Load(y);
        sum = Avx512F.FusedMultiplyAdd(x1, Vector512.Load(y + 16), sum);
        sum = Avx512F.FusedMultiplyAdd(x2, Vector512.Load(y + 32), sum);
        sum = Avx512F.FusedMultiplyAdd(x3, Vector512.Load(y + 48), sum);
        low += Avx512F.ConvertToVector512Double(sum.GetLower());
        high += Avx512F.ConvertToVector512Double(sum.GetUpper());
    }

    // Of lanes k and k + 8 already added: k and k + 4, then k and k + 2, then the last two.
    [MethodImpl(Inline)]
    private static double SumOf(Vector512<double> lanes)
    {
        var four = lanes.GetLower() + lanes.GetUpper();
        return four[0] + four[2] + (four[1] + four[3]);
    }
}
