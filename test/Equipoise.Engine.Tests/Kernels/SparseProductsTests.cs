using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public class SparseProductsTests
{
    // In place of a share of numbers that are not zero: two rows of three are zero, the others have no zeros.
    private const double WholeRows = -1;

    private static readonly double[] s_shares = [0, 0.1, 0.5, WholeRows];

    public static TheoryData<int, int, int> Sizes()
    {
        var sizes = new TheoryData<int, int, int>();
        foreach (var (rows, inner, columns) in new[] { (8, 64, 256), (9, 65, 257), (63, 100, 300), (64, 129, 320), (65, 200, 511), (130, 65, 320), (130, 200, 256), (8, 129, 511) }) sizes.Add(rows, inner, columns);
        return sizes;
    }

    public static TheoryData<int, int, int, int, int> Parts()
    {
        var parts = new TheoryData<int, int, int, int, int>();
        foreach (var (rows, firstInner, innerCount, firstColumn, columnCount) in new[]
        {
            (32, 0, 64, 0, 256), (32, 2, 20, 7, 511), (33, 3, 65, 5, 257), (64, 1, 128, 16, 300), (64, 64, 63, 3, 319), (100, 7, 129, 64, 320), (257, 30, 100, 3, 511), (257, 0, 64, 1, 256),
        }) parts.Add(rows, firstInner, innerCount, firstColumn, columnCount);
        return parts;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Product_without_zeros_has_the_bits_of_the_dense_one(int rows, int inner, int columns)
    {
        if (!SparseProducts.IsSupported) return;
        int aStride = inner + 5, cStride = columns + 3;
        float[] packed = Pack(Samples.Normal(inner * columns, 1), inner, columns), numbers = Samples.Normal(columns, 2), start = Samples.Normal(rows * cStride, 3);
        foreach (double share in s_shares)
        {
            float[] a = Sparse(rows, aStride, 0, inner, share);
            foreach (bool accumulate in (bool[])[false, true])
            {
                foreach (float[] bias in (float[][])[[], numbers])
                {
                    float[] expected = [.. start], found = [.. start];
                    MatMul.Multiply(a, aStride, packed, bias, expected, cStride, rows, inner, columns, accumulate);
                    Assert.True(SparseProducts.TryMultiply(a, aStride, packed, bias, found, cStride, rows, inner, columns, accumulate, default));
                    Samples.AssertSameBits(expected, found);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void End_of_a_product_without_zeros_has_the_bits_of_that_of_the_dense_one(int rows, int inner, int columns)
    {
        if (!SparseProducts.IsSupported) return;
        int aStride = inner + 1, cStride = columns + 2;
        float[] packed = Pack(Samples.Normal(inner * columns, 1), inner, columns), bias = Samples.Normal(columns, 2), start = Samples.Normal(rows * cStride, 3);
        float[] x = Samples.Normal(rows * cStride, 4), y = Samples.Normal(rows * cStride, 5);
        var function = new TileFunction<Bend>(default);
        foreach (double share in s_shares)
        {
            float[] a = Sparse(rows, aStride, 0, inner, share);
            foreach (bool accumulate in (bool[])[false, true])
            {
                foreach (bool slope in (bool[])[false, true])
                {
                    var end = slope ? MatrixEnd.Slope(function, x, y) : MatrixEnd.Value(function);
                    float[] expected = [.. start], found = [.. start];
                    MatMul.Multiply(a, aStride, packed, bias, expected, cStride, rows, inner, columns, accumulate, end);
                    Assert.True(SparseProducts.TryMultiply(a, aStride, packed, bias, found, cStride, rows, inner, columns, accumulate, end));
                    Samples.AssertSameBits(expected, found);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Parts))]
    public void Part_of_a_transposed_product_without_zeros_has_the_bits_of_the_dense_one_and_the_rest_stays(int rows, int firstInner, int innerCount, int firstColumn, int columnCount)
    {
        if (!SparseProducts.IsSupported) return;
        int inner = firstInner + innerCount + 2, columns = firstColumn + columnCount + 3, gStride = columns + 4;
        float[] d = Samples.Normal(rows * columns, 1), start = Samples.Normal(inner * gStride, 2);
        FillOutside(d, columns, firstColumn, columnCount);
        foreach (double share in s_shares)
        {
            float[] x = Sparse(rows, inner, firstInner, innerCount, share);
            foreach (bool accumulate in (bool[])[false, true])
            {
                float[] expected = [.. start], found = [.. start];
                MatMul.MultiplyTransposed(x, inner, d, columns, expected, gStride, rows, firstInner, innerCount, firstColumn, columnCount, accumulate);
                Assert.True(SparseProducts.TryMultiplyTransposed(x, inner, d, columns, found, gStride, rows, firstInner, innerCount, firstColumn, columnCount, accumulate));
                Samples.AssertSameBits(expected, found);
                for (int i = 0; i < start.Length; i++)
                {
                    int row = i / gStride, column = i % gStride;
                    bool named = row >= firstInner && row < firstInner + innerCount && column >= firstColumn && column < firstColumn + columnCount;
                    if (!named && !Samples.SameBits(start[i], found[i])) Assert.Fail($"[{row}, {column}] is outside, but became {found[i]:R}.");
                }
            }
        }
    }

    // From none to all of the 64 numbers that are taken at a time, in a row of A and in a column of X.
    [Fact]
    public void Lists_of_every_length_give_the_bits_of_the_dense_product()
    {
        const int Length = 64, Lists = Length + 1, Columns = 256;
        if (!SparseProducts.IsSupported) return;
        float[] a = Samples.Normal(Lists * Length, 1), x = new float[Length * Lists], b = Samples.Normal(Length * Columns, 2), packed = Pack(b, Length, Columns);
        for (int list = 0; list < Lists; list++)
        {
            for (int i = 0; i < Length; i++)
            {
                // Another order than that of the numbers, so that no list is in one piece.
                if (((i * 13) + 20) % Length >= list) a[(list * Length) + i] = i % 2 == 0 ? 0 : -0f;
                x[(i * Lists) + list] = a[(list * Length) + i];
            }
        }
        float[] expected = new float[Lists * Columns], found = new float[Lists * Columns], transposed = new float[Lists * Columns];
        MatMul.Multiply(a, Length, packed, [], expected, Columns, Lists, Length, Columns, accumulate: false);
        Assert.True(SparseProducts.TryMultiply(a, Length, packed, [], found, Columns, Lists, Length, Columns, accumulate: false, default));
        Assert.True(SparseProducts.TryMultiplyTransposed(x, Lists, b, Columns, transposed, Columns, Length, 0, Lists, 0, Columns, accumulate: false));
        Samples.AssertSameBits(expected, found);
        Samples.AssertSameBits(expected, transposed);
    }

    [Fact]
    public void Both_products_are_made_only_where_the_processor_can()
    {
        const int Rows = 32, Inner = 64, Columns = 256;
        float[] a = Sparse(Rows, Inner, 0, Inner, 0.1), b = Samples.Normal(Inner * Columns, 1), d = Samples.Normal(Rows * Columns, 2), start = Samples.Normal(Inner * Columns, 3), c = [.. start];
        bool done = SparseProducts.TryMultiply(a, Inner, Pack(b, Inner, Columns), [], c, Columns, Rows, Inner, Columns, accumulate: false, default);
        Assert.Equal(SparseProducts.IsSupported, done);
        Assert.Equal(done, !c.AsSpan().SequenceEqual(start));
        start.CopyTo(c, 0);
        done = SparseProducts.TryMultiplyTransposed(a, Inner, d, Columns, c, Columns, Rows, 0, Inner, 0, Columns, accumulate: false);
        Assert.Equal(SparseProducts.IsSupported, done);
        Assert.Equal(done, !c.AsSpan().SequenceEqual(start));
    }

    [Theory]
    [InlineData(64, 100, 300, 0.8)]
    [InlineData(64, 100, 300, 1.0)]
    [InlineData(7, 100, 300, 0.1)]
    [InlineData(64, 63, 300, 0.1)]
    [InlineData(64, 100, 255, 0.1)]
    public void Product_that_is_no_quicker_is_not_made(int rows, int inner, int columns, double share)
    {
        float[] a = Sparse(rows, inner, 0, inner, share), packed = Pack(Samples.Normal(inner * columns, 1), inner, columns), start = Samples.Normal(rows * columns, 2), c = [.. start];
        Assert.False(SparseProducts.TryMultiply(a, inner, packed, [], c, columns, rows, inner, columns, accumulate: true, default));
        Samples.AssertSameBits(start, c);
    }

    [Theory]
    [InlineData(64, 100, 300, 0.8)]
    [InlineData(64, 100, 300, 1.0)]
    [InlineData(31, 100, 300, 0.1)]
    [InlineData(64, 100, 255, 0.1)]
    [InlineData(64, 0, 300, 0.1)]
    public void Transposed_product_that_is_no_quicker_is_not_made(int rows, int inner, int columns, double share)
    {
        float[] x = Sparse(rows, inner, 0, inner, share), d = Samples.Normal(rows * columns, 1), start = Samples.Normal(inner * columns, 2), g = [.. start];
        Assert.False(SparseProducts.TryMultiplyTransposed(x, inner, d, columns, g, columns, rows, 0, inner, 0, columns, accumulate: true));
        Samples.AssertSameBits(start, g);
    }

    [Theory, InlineData(256), InlineData(300)]
    public void Numbers_of_the_sparse_matrix_that_are_not_finite_spread_as_in_the_dense_product(int columns)
    {
        const int Rows = 70, Inner = 100;
        if (!SparseProducts.IsSupported) return;
        float[] a = Sparse(Rows, Inner, 0, Inner, 0.5), b = Samples.Normal(Math.Max(Rows, Inner) * columns, 1), bias = Samples.Normal(columns, 2);
        // In the first row, that is looked at, in whole vectors and behind them; of both signs in one row and in one column; and such that infinity meets zero.
        a[0] = float.NaN;
        a[(3 * Inner) + 99] = float.NaN;
        a[(7 * Inner) + 64] = float.PositiveInfinity;
        a[(9 * Inner) + 5] = float.NegativeInfinity;
        a[(9 * Inner) + 98] = float.PositiveInfinity;
        a[(69 * Inner) + 64] = float.NegativeInfinity;
        b[(64 * columns) + 10] = 0;
        b[(69 * columns) + 11] = -0f;
        float[] packed = Pack(b, Inner, columns), expected = new float[Rows * columns], found = new float[Rows * columns];
        MatMul.Multiply(a, Inner, packed, bias, expected, columns, Rows, Inner, columns, accumulate: false);
        Assert.True(SparseProducts.TryMultiply(a, Inner, packed, bias, found, columns, Rows, Inner, columns, accumulate: false, default));
        Samples.AssertSameBits(expected, found);
        Assert.All(found[..columns], v => Assert.True(float.IsNaN(v)));
        Assert.All(found[columns..(3 * columns)], v => Assert.True(float.IsFinite(v)));
        Assert.Equal(1, found[(7 * columns)..(8 * columns)].Count(float.IsNaN));

        float[] expectedTransposed = new float[Inner * columns], transposed = new float[Inner * columns];
        MatMul.MultiplyTransposed(a, Inner, b, columns, expectedTransposed, columns, Rows, 0, Inner, 0, columns, accumulate: false);
        Assert.True(SparseProducts.TryMultiplyTransposed(a, Inner, b, columns, transposed, columns, Rows, 0, Inner, 0, columns, accumulate: false));
        Samples.AssertSameBits(expectedTransposed, transposed);
        Assert.All(transposed[..columns], v => Assert.True(float.IsNaN(v)));
        Assert.All(transposed[columns..(5 * columns)], v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Number_of_the_other_matrix_that_is_not_finite_does_not_show_where_it_meets_zeros_only()
    {
        const int Rows = 65, Inner = 100, Columns = 320;
        if (!SparseProducts.IsSupported) return;
        float[] a = Sparse(Rows, Inner, 0, Inner, 0.5), b = Samples.Normal(Inner * Columns, 1), expected = new float[Rows * Columns], found = new float[Rows * Columns];
        // One that meets zeros only, and one that does so in every second row.
        const int Nowhere = 20, Odd = 21, First = (Nowhere * Columns) + 33, Second = (Odd * Columns) + 200;
        for (int row = 0; row < Rows; row++)
        {
            a[(row * Inner) + Nowhere] = row % 3 == 0 ? -0f : 0;
            a[(row * Inner) + Odd] = row % 2;
        }
        b[First] = 0;
        b[Second] = 0;
        MatMul.Multiply(a, Inner, Pack(b, Inner, Columns), [], expected, Columns, Rows, Inner, Columns, accumulate: false);
        for (int row = 1; row < Rows; row += 2) expected[(row * Columns) + 200] = float.NaN;
        b[First] = float.PositiveInfinity;
        b[Second] = float.NaN;
        Assert.True(SparseProducts.TryMultiply(a, Inner, Pack(b, Inner, Columns), [], found, Columns, Rows, Inner, Columns, accumulate: false, default));
        Samples.AssertSameBits(expected, found);
    }

    [Fact]
    public void Number_of_the_other_matrix_that_is_not_finite_does_not_show_in_a_transposed_product_where_it_meets_zeros_only()
    {
        const int Rows = 65, Inner = 100, Columns = 320;
        if (!SparseProducts.IsSupported) return;
        float[] x = Sparse(Rows, Inner, 0, Inner, 0.5), d = Samples.Normal(Rows * Columns, 1), expected = new float[Inner * Columns], found = new float[Inner * Columns];
        const int Nowhere = 20, Odd = 21, First = (Nowhere * Columns) + 33, Second = (Odd * Columns) + 200;
        for (int i = 0; i < Inner; i++)
        {
            x[(Nowhere * Inner) + i] = i % 3 == 0 ? -0f : 0;
            x[(Odd * Inner) + i] = i % 2;
        }
        d[First] = 0;
        d[Second] = 0;
        MatMul.MultiplyTransposed(x, Inner, d, Columns, expected, Columns, Rows, 0, Inner, 0, Columns, accumulate: false);
        for (int i = 1; i < Inner; i += 2) expected[(i * Columns) + 200] = float.NaN;
        d[First] = float.NegativeInfinity;
        d[Second] = float.NaN;
        Assert.True(SparseProducts.TryMultiplyTransposed(x, Inner, d, Columns, found, Columns, Rows, 0, Inner, 0, Columns, accumulate: false));
        Samples.AssertSameBits(expected, found);
    }

    [Fact]
    public void Negative_zero_that_only_zeros_are_added_to_stays()
    {
        const int Rows = 32, Inner = 64, Columns = 256;
        if (!SparseProducts.IsSupported) return;
        float[] a = new float[Rows * Inner], c = new float[Inner * Columns];
        Array.Fill(c, -0f);
        Assert.True(SparseProducts.TryMultiply(a, Inner, new float[MatMul.PackedLength(Inner, Columns)], [], c, Columns, Rows, Inner, Columns, accumulate: true, default));
        Assert.All(c, v => Assert.True(float.IsNegative(v)));
        Assert.True(SparseProducts.TryMultiplyTransposed(a, Inner, new float[Rows * Columns], Columns, c, Columns, Rows, 0, Inner, 0, Columns, accumulate: true));
        Assert.All(c, v => Assert.True(float.IsNegative(v)));
    }

    [Fact]
    public void Buffers_of_a_product_just_suffice_or_are_refused_by_name()
    {
        const int Rows = 9, Inner = 65, Columns = 300, AStride = 70, CStride = 310;
        if (!SparseProducts.IsSupported) return;
        int aLength = ((Rows - 1) * AStride) + Inner, cLength = ((Rows - 1) * CStride) + Columns, packedLength = MatMul.PackedLength(Inner, Columns);
        var function = new TileFunction<Bend>(default);
        bool Try(int a = 0, int packed = 0, int bias = 0, int c = 0, int x = 0, int y = 0)
            => SparseProducts.TryMultiply(new float[aLength - a], AStride, new float[packedLength - packed], new float[Columns - bias], new float[cLength - c], CStride, Rows, Inner, Columns, accumulate: false,
                MatrixEnd.Slope(function, new float[cLength - x], new float[cLength - y]));
        Assert.True(Try());
        Assert.Throws<ArgumentException>("a", () => Try(a: 1));
        Assert.Throws<ArgumentException>("packedB", () => Try(packed: 1));
        Assert.Throws<ArgumentException>("bias", () => Try(bias: 1));
        Assert.Throws<ArgumentException>("c", () => Try(c: 1));
        Assert.Throws<ArgumentException>("end", () => Try(x: 1));
        Assert.Throws<ArgumentException>("end", () => Try(y: 1));
    }

    [Fact]
    public void Buffers_of_a_transposed_product_just_suffice_or_are_refused_by_name()
    {
        const int Rows = 33, FirstInner = 3, InnerCount = 65, FirstColumn = 7, ColumnCount = 300, XStride = 70, DStride = 310, GStride = 320;
        if (!SparseProducts.IsSupported) return;
        int xLength = ((Rows - 1) * XStride) + FirstInner + InnerCount, dLength = ((Rows - 1) * DStride) + FirstColumn + ColumnCount, gLength = ((FirstInner + InnerCount - 1) * GStride) + FirstColumn + ColumnCount;
        bool Try(int x = 0, int d = 0, int g = 0)
            => SparseProducts.TryMultiplyTransposed(new float[xLength - x], XStride, new float[dLength - d], DStride, new float[gLength - g], GStride, Rows, FirstInner, InnerCount, FirstColumn, ColumnCount, accumulate: false);
        Assert.True(Try());
        Assert.Throws<ArgumentException>("x", () => Try(x: 1));
        Assert.Throws<ArgumentException>("d", () => Try(d: 1));
        Assert.Throws<ArgumentException>("g", () => Try(g: 1));
    }

    [Fact]
    public void Products_without_zeros_allocate_nothing()
    {
        const int Rows = 65, Inner = 100, Columns = 300;
        float[] a = Sparse(Rows, Inner, 0, Inner, 0.5), packed = new float[MatMul.PackedLength(Inner, Columns)], bias = new float[Columns], c = new float[Rows * Columns], g = new float[Inner * Columns];
        var function = new TileFunction<Bend>(default);
        long before = 0;
        for (int turn = 0; turn < 2; turn++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            SparseProducts.TryMultiply(a, Inner, packed, bias, c, Columns, Rows, Inner, Columns, accumulate: false, MatrixEnd.Value(function));
            SparseProducts.TryMultiplyTransposed(a, Inner, c, Columns, g, Columns, Rows, 0, Inner, 0, Columns, accumulate: true);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // Zeros of both signs; outside the named columns are numbers that would show.
    private static float[] Sparse(int rows, int stride, int first, int width, double share)
    {
        var random = new Random(rows + width);
        float[] numbers = Samples.Normal(rows * stride, rows + width);
        for (int i = 0; i < numbers.Length; i++)
        {
            bool isZero = share == WholeRows ? i / stride % 3 != 1 : random.NextDouble() >= share;
            if (isZero) numbers[i] = i % 5 == 0 ? -0f : 0;
        }
        FillOutside(numbers, stride, first, width);
        return numbers;
    }

    private static void FillOutside(float[] numbers, int stride, int first, int width)
    {
        for (int row = 0; row < numbers.Length; row += stride)
        {
            numbers.AsSpan(row, first).Fill(float.NaN);
            numbers.AsSpan(row + first + width, stride - first - width).Fill(float.NaN);
        }
    }

    private static float[] Pack(float[] b, int inner, int columns)
    {
        float[] packed = new float[MatMul.PackedLength(inner, columns)];
        MatMul.Pack(b, columns, inner, columns, packed, 0, MatMul.PanelCount(columns));
        return packed;
    }

    private readonly struct Bend : IElementwise
    {
        public Vector256<float> Value(Vector256<float> x) => (x * Vector256.Abs(x)) + Vector256<float>.One;

        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => x + (y * y);
    }
}
