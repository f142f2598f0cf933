using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public class PlaneProductsTests
{
    public static TheoryData<int, int, int, int> Sizes()
    {
        var sizes = new TheoryData<int, int, int, int>();
        foreach (var (planes, rows, inner, columns) in new[] { (2, 1, 16, 1), (5, 64, 128, 64), (5, 65, 129, 65), (3, 7, 40, 31), (4, 130, 300, 96), (7, 33, 17, 130), (11, 20, 256, 33), (6, 257, 64, 100), (5, 300, 20, 16) }) sizes.Add(planes, rows, inner, columns);
        return sizes;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Product_without_common_zeros_has_the_bits_of_the_dense_one(int planes, int rows, int inner, int columns)
    {
        if (!PlaneProducts.IsSupported) return;
        float[] a = Planes(planes, rows * inner, 0.5), b = Numbers(inner * columns, 2), packed = new float[MatMul.PackedLength(inner, columns)];
        MatMul.Pack(b, columns, inner, columns, packed, 0, MatMul.PanelCount(columns));
        foreach (bool accumulate in (bool[])[false, true])
        {
            float[] expected = Numbers(planes * rows * columns, 3), found = [.. expected];
            Assert.True(PlaneProducts.TryMultiply(a, rows * inner, planes, packed, found, rows * columns, rows, inner, columns, accumulate, default));
            for (int k = 0; k < planes; k++) MatMul.Multiply(a.AsSpan(k * rows * inner), inner, packed, [], expected.AsSpan(k * rows * columns), columns, rows, inner, columns, accumulate);
            AssertSameBits(expected, found);
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Transposed_product_without_common_zeros_has_the_bits_of_the_dense_one(int planes, int rows, int inner, int columns)
    {
        if (!PlaneProducts.IsSupported) return;
        float[] d = Planes(planes, rows * columns, 0.5), x = Numbers(rows * inner, 2), work = new float[PlaneProducts.WorkLength];
        // Not at the edge of the result, either.
        foreach (var (firstInner, firstColumn) in new[] { (0, 0), (inner / 3, columns / 2) })
        {
            foreach (bool accumulate in (bool[])[false, true])
            {
                float[] expected = Numbers(planes * inner * columns, 3), found = [.. expected], expectedSums = Numbers(planes * inner * columns, 4), sums = [.. expectedSums];
                PlaneProducts.MultiplyTransposed(x, inner, d, columns, rows * columns, planes, found, columns, inner * columns, rows, firstInner, inner - firstInner, firstColumn, columns - firstColumn, accumulate, sums, work);
                for (int k = 0; k < planes; k++)
                {
                    MatMul.MultiplyTransposed(x, inner, d.AsSpan(k * rows * columns), columns, expected.AsSpan(k * inner * columns), columns, rows, firstInner, inner - firstInner, firstColumn, columns - firstColumn, accumulate);
                    Reductions.ColumnSums(d.AsSpan(k * rows * columns), columns, rows, firstColumn, columns - firstColumn, expectedSums.AsSpan(k * inner * columns), accumulate);
                }
                AssertSameBits(expectedSums, sums);
                AssertSameBits(expected, found);
            }
        }
    }

    [Theory, InlineData(0.0), InlineData(1.0)]
    public void Product_of_nothing_but_zeros_and_of_none_at_all(double zeros)
    {
        const int Planes = 5, Rows = 40, Inner = 64, Columns = 48;
        if (!PlaneProducts.IsSupported) return;
        float[] a = PlaneProductsTests.Planes(Planes, Rows * Inner, zeros), packed = new float[MatMul.PackedLength(Inner, Columns)], c = new float[Planes * Rows * Columns];
        Array.Fill(c, float.NaN);
        bool done = PlaneProducts.TryMultiply(a, Rows * Inner, Planes, packed, c, Rows * Columns, Rows, Inner, Columns, accumulate: false, default);
        Assert.Equal(zeros == 1, done);
        Assert.All(c, v => Assert.True(zeros == 1 ? v == 0 : float.IsNaN(v)));
    }

    [Fact]
    public void Number_that_is_not_finite_counts_as_not_zero()
    {
        const int Planes = 3, Inner = 64;
        if (!PlaneProducts.IsSupported) return;
        float[] a = new float[Planes * Inner], b = Numbers(Inner * 32, 1), packed = new float[MatMul.PackedLength(Inner, 32)], c = new float[Planes * 32];
        a[Inner + 5] = float.NaN;
        a[(2 * Inner) + 63] = float.PositiveInfinity;
        a[7] = -0f;
        MatMul.Pack(b, 32, Inner, 32, packed, 0, MatMul.PanelCount(32));
        Assert.True(PlaneProducts.TryMultiply(a, Inner, Planes, packed, c, 32, 1, Inner, 32, accumulate: false, default));
        Assert.All(c[..32], v => Assert.Equal(0, v));
        Assert.All(c[32..64], v => Assert.True(float.IsNaN(v)));
        Assert.All(c[64..], v => Assert.True(float.IsInfinity(v)));
    }

    // Zeros that all planes have in common, and some that only one has.
    private static float[] Planes(int planes, int length, double zeros)
    {
        var random = new Random(planes + length);
        bool[] zero = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() < zeros)];
        return [.. Enumerable.Range(0, planes * length).Select(i => zero[i % length] || (zeros > 0 && random.NextDouble() < 0.1) ? 0 : (float)(random.NextDouble() - 0.5))];
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static void AssertSameBits(float[] expected, float[] found)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(found[i])) Assert.Fail($"Number {i} is {found[i]:R} instead of {expected[i]:R}.");
        }
    }
}
