using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class PatchProductTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 16, 31)]
    [InlineData(7, 20, 250)]
    [InlineData(3, 33, 300)]
    [InlineData(2, 64, 576)]
    public void Sparse_product_has_the_bits_of_the_full_one(int rows, int filters, int columns)
    {
        float[] g = Samples.Normal(rows * filters, 1), w = Samples.Normal(columns * filters, 2), panels = new float[MatMul.PackedLength(filters, columns)];
        for (var i = 0; i < g.Length; i++) { g[i] = i % 4 == 1 ? g[i] : 0; }
        MatMul.PackTransposed(w, filters, filters, columns, panels, 0, MatMul.PanelCount(columns));
        int stride = PatchProduct.StrideOf(columns);
        float[] expected = new float[rows * stride], plain = Samples.Normal(rows * stride, 3), actual = Samples.Normal(rows * stride, 4);
        MatMul.Multiply(g, filters, panels, [], expected, stride, rows, filters, columns, accumulate: false);
        PatchProduct.MultiplySparsePlain(g, panels, plain, rows, filters, columns);
        PatchProduct.MultiplySparse(g, panels, actual, rows, filters, columns, new float[PatchProduct.ListLength(filters)]);
        Samples.AssertSameBits(expected, plain);
        Samples.AssertSameBits(expected, actual);
    }

    [Fact]
    public void A_row_of_zeros_gives_zeros_and_a_nan_is_not_left_out()
    {
        float[] panels = [.. Enumerable.Repeat(2f, 32 * 3)], p = Samples.Normal(64, 5);
        PatchProduct.MultiplySparse([0, -0f, 0, 0, float.NaN, 1], panels, p, 2, 3, 32, new float[PatchProduct.ListLength(3)]);
        Assert.Equal(new float[32], p[..32]);
        Assert.Equal(Enumerable.Repeat(float.NaN, 32), p[32..]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 31)]
    [InlineData(8, 64)]
    [InlineData(9, 96)]
    [InlineData(20, 250)]
    [InlineData(33, 160)]
    [InlineData(40, 300)]
    public void Sparse_product_of_any_number_of_zeros_has_the_bits_of_the_plain_loops(int filters, int columns)
    {
        // A row for each number of filters that are not zero; between them numbers that are not ordinary.
        int rows = filters + 1, stride = PatchProduct.StrideOf(columns);
        float[] g = Samples.Normal(rows * filters, 8), panels = new float[MatMul.PackedLength(filters, columns)];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < filters; i++)
            {
                ref var number = ref g[(row * filters) + (i * 7 % filters)];
                if (i >= row) { number = i % 2 == 0 ? 0 : -0f; }
                else if ((row + i) % 11 == 0) { number = (i % 3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => 1e-44f }; }
            }
        }
        MatMul.PackTransposed(Samples.Normal(columns * filters, 9), filters, filters, columns, panels, 0, MatMul.PanelCount(columns));
        float[] expected = Samples.Normal(rows * stride, 10), actual = Samples.Normal((rows * stride) + 8, 11), list = new float[PatchProduct.ListLength(filters)];
        float[] after = actual[(rows * stride)..];
        PatchProduct.MultiplySparsePlain(g, panels, expected, rows, filters, columns);
        PatchProduct.MultiplySparse(g, panels, actual, rows, filters, columns, list);
        Samples.AssertSameBits(expected, actual.AsSpan(0, rows * stride));
        Samples.AssertSameBits(after, actual.AsSpan(rows * stride));
        if (!Avx2PatchProduct.IsSupported) { return; }
        var before = GC.GetAllocatedBytesForCurrentThread();
        Avx2PatchProduct.MultiplySparse(g, panels, actual, rows, filters, columns, list);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Samples.AssertSameBits(expected, actual.AsSpan(0, rows * stride));
        Samples.AssertSameBits(after, actual.AsSpan(rows * stride));
    }

    [Theory]
    [InlineData(8, 3, 6)]
    [InlineData(9, 3, 1)]
    [InlineData(10, 5, 12)]
    [InlineData(16, 5, 3)]
    [InlineData(20, 1, 4)]
    [InlineData(24, 9, 5)]
    [InlineData(33, 2, 7)]
    public unsafe void A_row_of_windows_has_the_bits_of_the_plain_loops(int channels, int size, int windows)
    {
        if (!Avx2PatchProduct.IsSupported) { return; }
        int stride = PatchProduct.StrideOf(size * channels), length = (windows + size - 1) * channels;
        float[] p = Samples.Normal(windows * stride, 12), expected = Samples.Normal(length + 8, 13), actual = [.. expected];
        fixed (float* patches = p, plain = expected, row = actual)
        {
            PatchProduct.AddToRowPlain(patches, windows, stride, size, channels, plain);
            Avx2PatchProduct.AddToRow(patches, windows, stride, size, channels, row);
        }
        Samples.AssertSameBits(expected, actual);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(17)]
    [InlineData(100)]
    public void Nonzero_numbers_are_counted(int length)
    {
        float[] x = [.. Enumerable.Range(0, length).Select(i => (i % 5) switch { 0 => 0f, 1 => -0f, 2 => float.NaN, 3 => 1e-44f, _ => -3f })];
        Assert.Equal(x.Count(v => v != 0), PatchProduct.CountNonzero(x));
    }

    [Theory]
    [InlineData(1, 3, 1)]
    [InlineData(10, 5, 1)]
    [InlineData(10, 5, 2)]
    [InlineData(8, 3, 1)]
    [InlineData(32, 3, 1)]
    [InlineData(20, 9, 1)]
    [InlineData(3, 9, 1)]
    [InlineData(21, 3, 2)]
    public void Patches_are_added_to_their_windows_one_after_the_other(int channels, int size, int dilation)
    {
        const int windows = 6;
        var shape = new DirectShape(1, windows, 1, channels, size, size, (windows + (size * dilation)) * channels, 1, 1, dilation, dilation);
        int stride = PatchProduct.StrideOf(shape.Inner);
        float[] p = Samples.Normal(windows * stride, 6), image = Samples.Normal(shape.Reach, 7), expected = [.. image];
        for (var n = 0; n < windows; n++)
        {
            for (var k = 0; k < shape.Inner; k++)
            {
                int tap = k / channels, down = tap / size * dilation, right = tap % size * dilation;
                expected[(down * shape.RowStride) + ((n + right) * channels) + (k % channels)] += p[(n * stride) + k];
            }
        }
        PatchProduct.AddToWindows(p, windows, shape, image);
        Samples.AssertSameBits(expected, image);
    }
}
