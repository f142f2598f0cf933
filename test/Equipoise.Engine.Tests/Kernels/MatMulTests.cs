using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class MatMulTests
{
    /// <summary>Rows, inner, columns around every block size: 4, 6, 8, 12, 16, 32, 72, 128, 192, 256, 384.</summary>
    public static TheoryData<int, int, int> Shapes()
    {
        var data = new TheoryData<int, int, int>();
        int[][] shapes =
        [
            [0, 3, 3], [3, 0, 3], [3, 3, 0], [1, 1, 1], [1, 5, 33], [1, 7, 128], [1, 300, 165], [1, 385, 256], [2, 2, 2], [3, 9, 31], [4, 16, 32], [5, 4, 40], [6, 17, 16],
            [7, 6, 7], [8, 8, 8], [9, 33, 1], [10, 3, 15], [11, 2, 17], [12, 12, 48], [13, 13, 13], [14, 255, 5], [15, 256, 9], [16, 257, 64], [17, 1, 63],
            [23, 5, 65], [24, 384, 12], [25, 385, 33], [31, 31, 31], [32, 32, 32], [33, 641, 33], [73, 20, 70], [191, 3, 33], [193, 10, 34], [200, 513, 100],
            [7, 40, 1], [8, 256, 1], [8, 257, 1], [33, 31, 1], [70, 64, 1], [96, 1, 1], [300, 128, 1],
        ];
        foreach (var shape in shapes) { data.Add(shape[0], shape[1], shape[2]); }
        return data;
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Product_has_the_bits_of_the_plain_loops(int rows, int inner, int columns)
    {
        foreach (var accumulate in new[] { false, true })
        {
            foreach (var withBias in new[] { false, true })
            {
                int aStride = inner + 3, cStride = columns + 1;
                var a = Samples.Normal(rows * aStride, 1);
                var b = Pack(Samples.Normal(inner * columns, 2), inner, columns);
                var bias = withBias ? Samples.Normal(columns, 3) : [];
                var start = Samples.Normal(rows * cStride, 4);
                var expected = start.ToArray();
                MatMulPlain.Multiply(a, aStride, b, bias, expected, cStride, rows, inner, columns, accumulate);
                var actual = start.ToArray();
                MatMul.Multiply(a, aStride, b, bias, actual, cStride, rows, inner, columns, accumulate);
                Samples.AssertSameBits(expected, actual);
                if (Avx512F.IsSupported)
                {
                    start.CopyTo(actual, 0);
                    MatMul.MultiplyWith<Avx512Blocks>(a, aStride, b, bias, actual, cStride, rows, inner, columns, accumulate);
                    Samples.AssertSameBits(expected, actual);
                }
                if (Fma.IsSupported)
                {
                    start.CopyTo(actual, 0);
                    MatMul.MultiplyWith<Avx2Blocks>(a, aStride, b, bias, actual, cStride, rows, inner, columns, accumulate);
                    Samples.AssertSameBits(expected, actual);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void An_end_has_the_bits_of_a_pass_over_the_finished_product(int rows, int inner, int columns)
    {
        int cStride = columns + 1;
        float[] a = Samples.Normal(rows * inner, 1), b = Pack(Samples.Normal(inner * columns, 2), inner, columns), bias = Samples.Normal(columns, 3), start = Samples.Normal(rows * cStride, 4);
        float[] x = Samples.Normal(rows * cStride, 5), y = Samples.Normal(rows * cStride, 6);
        var function = new TileFunction<Bend>(default);
        foreach (var slope in new[] { false, true })
        {
            var end = slope ? MatrixEnd.Slope(function, x, y) : MatrixEnd.Value(function);
            var expected = start.ToArray();
            MatMulPlain.Multiply(a, inner, b, bias, expected, cStride, rows, inner, columns, accumulate: true);
            // Row by row, since what lies between the rows must stay.
            for (var row = 0; row < rows; row++)
            {
                var at = expected.AsSpan(row * cStride, columns);
                if (slope) { Elementwise.Gradient(default(Bend), x.AsSpan(row * cStride, columns), y.AsSpan(row * cStride, columns), at, at); }
                else { Elementwise.Apply(default(Bend), at, at); }
            }
            var actual = start.ToArray();
            MatMulPlain.Multiply(a, inner, b, bias, actual, cStride, rows, inner, columns, accumulate: true, end);
            Samples.AssertSameBits(expected, actual);
            if (Avx512F.IsSupported)
            {
                start.CopyTo(actual, 0);
                MatMul.MultiplyWith<Avx512Blocks>(a, inner, b, bias, actual, cStride, rows, inner, columns, accumulate: true, end);
                Samples.AssertSameBits(expected, actual);
            }
            if (Fma.IsSupported)
            {
                start.CopyTo(actual, 0);
                MatMul.MultiplyWith<Avx2Blocks>(a, inner, b, bias, actual, cStride, rows, inner, columns, accumulate: true, end);
                Samples.AssertSameBits(expected, actual);
            }
        }
    }

    private readonly struct Bend : IElementwise
    {
        public Vector256<float> Value(Vector256<float> x) => (x * Vector256.Abs(x)) + Vector256<float>.One;

        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => x + (y * y);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Unpacked_product_has_the_bits_of_the_plain_loops(int rows, int inner, int columns)
    {
        foreach (var accumulate in new[] { false, true })
        {
            int aStride = inner + 1, bStride = columns + 2, cStride = columns;
            var a = Samples.Normal(rows * aStride, 5);
            var b = Samples.Normal(inner * bStride, 6);
            var start = Samples.Normal(rows * cStride, 7);
            var expected = start.ToArray();
            MatMulPlain.MultiplyUnpacked(a, aStride, b, bStride, expected, cStride, rows, inner, columns, accumulate);
            var actual = start.ToArray();
            MatMul.MultiplyUnpacked(a, aStride, b, bStride, actual, cStride, rows, inner, columns, accumulate);
            Samples.AssertSameBits(expected, actual);
            if (Avx512F.IsSupported)
            {
                start.CopyTo(actual, 0);
                MatMul.MultiplyUnpackedWith<Avx512Blocks>(a, aStride, b, bStride, actual, cStride, rows, inner, columns, accumulate);
                Samples.AssertSameBits(expected, actual);
            }
            if (Fma.IsSupported)
            {
                start.CopyTo(actual, 0);
                MatMul.MultiplyUnpackedWith<Avx2Blocks>(a, aStride, b, bStride, actual, cStride, rows, inner, columns, accumulate);
                Samples.AssertSameBits(expected, actual);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Transposed_product_has_the_bits_of_the_plain_loops_and_leaves_the_rest_alone(int rows, int inner, int columns)
    {
        foreach (var accumulate in new[] { false, true })
        {
            int firstInner = inner / 3, innerCount = inner - firstInner - inner / 5, firstColumn = columns / 4, columnCount = columns - firstColumn - columns / 7;
            int xStride = inner + 2, dStride = columns + 5, gStride = columns == 1 ? 1 : columns + 1;
            var x = Samples.Normal(rows * xStride, 8);
            var d = Samples.Normal(rows * dStride, 9);
            var start = Samples.Normal(inner * gStride, 10);
            var expected = start.ToArray();
            MatMulPlain.MultiplyTransposed(x, xStride, d, dStride, expected, gStride, rows, firstInner, innerCount, firstColumn, columnCount, accumulate);
            var actual = start.ToArray();
            MatMul.MultiplyTransposed(x, xStride, d, dStride, actual, gStride, rows, firstInner, innerCount, firstColumn, columnCount, accumulate);
            Samples.AssertSameBits(expected, actual);
            if (Avx512F.IsSupported)
            {
                start.CopyTo(actual, 0);
                MatMul.MultiplyTransposedWith<Avx512Blocks>(x, xStride, d, dStride, actual, gStride, rows, firstInner, innerCount, firstColumn, columnCount, accumulate);
                Samples.AssertSameBits(expected, actual);
            }
            if (Fma.IsSupported)
            {
                start.CopyTo(actual, 0);
                MatMul.MultiplyTransposedWith<Avx2Blocks>(x, xStride, d, dStride, actual, gStride, rows, firstInner, innerCount, firstColumn, columnCount, accumulate);
                Samples.AssertSameBits(expected, actual);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Transposed_product_with_panels_has_the_bits_of_the_plain_loops(int rows, int inner, int columns)
    {
        foreach (bool accumulate in new[] { false, true })
        {
            int xStride = inner + 5, gStride = columns + 2;
            float[] x = Samples.Normal(rows * xStride, 7), matrix = Samples.Normal(rows * columns, 8), start = Samples.Normal(inner * gStride, 9);
            // Put together of two pieces.
            float[] d = new float[MatMul.PackedLength(rows, columns)];
            int first = rows / 3;
            MatMul.PackPiece(matrix, columns, first, rows, columns, d, 0);
            MatMul.PackPiece(matrix.AsSpan(first * columns), columns, rows - first, rows, columns, d, first);
            float[] expected = [.. start];
            MatMulPlain.MultiplyTransposed(x, xStride, matrix, columns, expected, gStride, rows, 0, inner, 0, columns, accumulate);
            float[] actual = [.. start];
            MatMulPlain.MultiplyTransposedPacked(x, xStride, d, actual, gStride, rows, inner, columns, accumulate);
            Samples.AssertSameBits(expected, actual);
            if (Avx512F.IsSupported)
            {
                start.CopyTo(actual, 0);
                MatMul.MultiplyTransposedPackedWith<Avx512Blocks>(x, xStride, d, actual, gStride, rows, inner, columns, accumulate);
                Samples.AssertSameBits(expected, actual);
            }
            if (Fma.IsSupported)
            {
                start.CopyTo(actual, 0);
                MatMul.MultiplyTransposedPackedWith<Avx2Blocks>(x, xStride, d, actual, gStride, rows, inner, columns, accumulate);
                Samples.AssertSameBits(expected, actual);
            }
        }
    }

    [Theory]
    [InlineData(75, 512, 70)]
    [InlineData(13, 1024, 96)]
    [InlineData(80, 2048, 64)]
    public void Strides_that_alias_in_the_cache_change_no_bit(int rows, int inner, int columns)
    {
        var a = Samples.Normal(rows * inner, 11);
        var matrix = Samples.Normal(inner * columns, 12);
        var b = Pack(matrix, inner, columns);
        var expected = new float[rows * columns];
        MatMulPlain.Multiply(a, inner, b, [], expected, columns, rows, inner, columns, false);
        var actual = new float[rows * columns];
        MatMul.Multiply(a, inner, b, [], actual, columns, rows, inner, columns, false);
        Samples.AssertSameBits(expected, actual);

        // Xᵀ·D with X = A, whose rows lie a multiple of 2 KiB apart.
        var d = Samples.Normal(rows * columns, 13);
        var expectedGradient = new float[inner * columns];
        MatMulPlain.MultiplyTransposed(a, inner, d, columns, expectedGradient, columns, rows, 0, inner, 0, columns, false);
        var gradient = new float[inner * columns];
        MatMul.MultiplyTransposed(a, inner, d, columns, gradient, columns, rows, 0, inner, 0, columns, false);
        Samples.AssertSameBits(expectedGradient, gradient);
    }

    [Fact]
    public void Cuts_by_rows_panels_and_tiles_change_no_bit()
    {
        const int rows = 50, inner = 400, columns = 100;
        var a = Samples.Normal(rows * inner, 14);
        var b = Pack(Samples.Normal(inner * columns, 15), inner, columns);
        var bias = Samples.Normal(columns, 16);
        var whole = new float[rows * columns];
        MatMul.Multiply(a, inner, b, bias, whole, columns, rows, inner, columns, false);
        var cut = new float[rows * columns];
        for (int first = 0, size = 1; first < rows; first += size, size++)
        {
            size = Math.Min(size, rows - first);
            MatMul.Multiply(a.AsSpan(first * inner), inner, b, bias, cut.AsSpan(first * columns), columns, size, inner, 64, false);
            MatMul.Multiply(a.AsSpan(first * inner), inner, b.AsSpan(64 * inner), bias.AsSpan(64), cut.AsSpan(first * columns + 64), columns, size, inner, columns - 64, false);
        }
        Samples.AssertSameBits(whole, cut);

        var d = Samples.Normal(rows * columns, 17);
        var wholeGradient = new float[inner * columns];
        MatMul.MultiplyTransposed(a, inner, d, columns, wholeGradient, columns, rows, 0, inner, 0, columns, false);
        var cutGradient = new float[inner * columns];
        for (var i = 0; i < inner; i += 23)
        {
            for (var j = 0; j < columns; j += 19)
            {
                MatMul.MultiplyTransposed(a, inner, d, columns, cutGradient, columns, rows, i, Math.Min(23, inner - i), j, Math.Min(19, columns - j), false);
            }
        }
        Samples.AssertSameBits(wholeGradient, cutGradient);
    }

    [Fact]
    public void Product_is_near_the_one_in_double_precision()
    {
        const int rows = 20, inner = 333, columns = 45;
        var a = Samples.Normal(rows * inner, 18);
        var b = Samples.Normal(inner * columns, 19);
        var c = new float[rows * columns];
        MatMul.Multiply(a, inner, Pack(b, inner, columns), [], c, columns, rows, inner, columns, false);
        // Rounding of a chain of n steps grows like sqrt(n) times half a unit in the last place of the partial sums.
        const double tolerance = 4e-5;
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var exact = 0.0;
                for (var k = 0; k < inner; k++) { exact += (double)a[i * inner + k] * b[k * columns + j]; }
                Assert.Equal(exact, c[i * columns + j], tolerance);
            }
        }
    }

    [Fact]
    public void Transposed_packing_packs_the_transpose_panel_by_panel()
    {
        foreach (var (inner, columns) in new[] { (1, 1), (7, 31), (8, 32), (9, 33), (16, 70), (37, 13), (5, 64) })
        {
            int stride = inner + 3;
            var transposed = Samples.Normal(columns * stride, 20);
            var b = new float[inner * columns];
            for (var j = 0; j < columns; j++)
            {
                for (var k = 0; k < inner; k++) { b[k * columns + j] = transposed[j * stride + k]; }
            }
            var packed = new float[MatMul.PackedLength(inner, columns)];
            Array.Fill(packed, float.NaN);
            for (var panel = 0; panel < MatMul.PanelCount(columns); panel++) { MatMul.PackTransposed(transposed, stride, inner, columns, packed, panel, 1); }
            Samples.AssertSameBits(Pack(b, inner, columns), packed);
        }
    }

    [Fact]
    public void Packed_panels_hold_zeros_beyond_the_last_column()
    {
        int width = MatMul.PanelWidth, columns = width + 1, panel = 2 * width;
        var packed = new float[MatMul.PackedLength(2, columns)];
        Array.Fill(packed, float.NaN);
        MatMul.Pack([.. Enumerable.Range(0, 2 * columns).Select(n => (float)n)], columns, 2, columns, packed, 0, 2);
        Assert.Contains(width, (int[])[16, MatMul.WidestPanel]);
        Assert.Equal(2 * panel, packed.Length);
        Assert.Equal(columns + 5, packed[width + 5]);
        Assert.Equal(width, packed[panel]);
        Assert.Equal(0, packed[panel + 1]);
        Assert.Equal(columns + width, packed[panel + width]);
        Assert.DoesNotContain(float.NaN, packed);
    }

    [Fact]
    public void Nan_and_infinity_reach_their_row_only()
    {
        const int rows = 14, inner = 5, columns = 37;
        var a = Samples.Normal(rows * inner, 21);
        a[3 * inner + 2] = float.NaN;
        a[7 * inner] = float.PositiveInfinity;
        var b = Pack([.. Enumerable.Repeat(1f, inner * columns)], inner, columns);
        var c = new float[rows * columns];
        MatMul.Multiply(a, inner, b, [], c, columns, rows, inner, columns, false);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var value = c[i * columns + j];
                Assert.True(i == 3 ? float.IsNaN(value) : i == 7 ? float.IsPositiveInfinity(value) : float.IsFinite(value), $"[{i}, {j}] = {value}");
            }
        }
    }

    [Fact]
    public void Empty_sum_gives_zero_or_the_bias_or_what_was_there()
    {
        float[] c = [1, 2, 3, 4];
        MatMul.Multiply([], 0, [], [], c, 2, 2, 0, 2, true);
        Assert.Equal([1, 2, 3, 4], c);
        MatMul.Multiply([], 0, [], [5, 6], c, 2, 2, 0, 2, false);
        Assert.Equal([5, 6, 5, 6], c);
        MatMul.MultiplyTransposed([], 2, [], 2, c, 2, 0, 0, 2, 0, 2, false);
        Assert.Equal([0, 0, 0, 0], c);
    }

    [Fact]
    public void Short_buffers_are_refused_by_name()
    {
        var needed = MatMul.PackedLength(3, 4);
        var error = Assert.Throws<ArgumentException>(() => MatMul.Multiply(new float[5], 3, new float[needed], [], new float[8], 4, 2, 3, 4, false));
        Assert.Equal("a", error.ParamName);
        error = Assert.Throws<ArgumentException>(() => MatMul.Multiply(new float[6], 3, new float[needed - 1], [], new float[8], 4, 2, 3, 4, false));
        Assert.Equal("packedB", error.ParamName);
        error = Assert.Throws<ArgumentException>(() => MatMul.Multiply(new float[6], 3, new float[needed], [1], new float[8], 4, 2, 3, 4, false));
        Assert.Equal("bias", error.ParamName);
        error = Assert.Throws<ArgumentException>(() => MatMul.Multiply(new float[6], 3, new float[needed], [], new float[7], 4, 2, 3, 4, false));
        Assert.Equal("c", error.ParamName);
    }

    [Fact]
    public void Products_allocate_nothing()
    {
        var a = new float[40 * 512];
        var b = new float[MatMul.PackedLength(512, 70)];
        var c = new float[512 * 70];
        var before = 0L;
        for (var turn = 0; turn < 2; turn++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            MatMul.Multiply(a, 512, b, [], c, 70, 40, 512, 70, false);
            MatMul.MultiplyTransposed(a, 512, c, 70, b, 70, 40, 0, 512, 0, 70, true);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static float[] Pack(float[] b, int inner, int columns)
    {
        var packed = new float[MatMul.PackedLength(inner, columns)];
        MatMul.Pack(b, columns, inner, columns, packed, 0, MatMul.PanelCount(columns));
        return packed;
    }
}
