using System.Runtime.Intrinsics.X86;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class DirectConvolutionTests
{
    /// <summary>Height, width, filters, channels, size down and right, strides, dilations: rows of outputs and filters around the sizes of the register blocks.</summary>
    public static TheoryData<int[]> Shapes() =>
    [
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
        [1, 40, 20, 3, 1, 4, 1, 1, 1, 1],
        [3, 12, 20, 10, 5, 5, 1, 1, 1, 1],
        [2, 32, 10, 1, 5, 5, 1, 1, 1, 1],
        [2, 31, 16, 1, 3, 3, 1, 1, 1, 1],
        [2, 16, 17, 3, 3, 3, 2, 2, 1, 1],
        [2, 7, 33, 1, 7, 7, 2, 3, 1, 1],
        [3, 13, 8, 2, 2, 3, 1, 1, 2, 3],
        [1, 9, 64, 32, 3, 4, 1, 1, 1, 1],
        [1, 25, 5, 64, 3, 7, 1, 1, 1, 1],
        [13, 31, 35, 16, 3, 3, 1, 1, 1, 1],
        [2, 5, 4, 300, 2, 2, 1, 1, 1, 2],
        [3, 33, 10, 1, 5, 5, 1, 1, 1, 1],
        [2, 13, 9, 2, 3, 3, 1, 1, 1, 1],
        [2, 10, 24, 3, 2, 2, 1, 1, 1, 1],
        [1, 14, 18, 5, 3, 6, 1, 1, 1, 1],
    ];

    [Theory, MemberData(nameof(Shapes))]
    public void Output_has_the_bits_of_the_plain_loops(int[] sizes)
    {
        var shape = ShapeOf(sizes);
        float[] x = Samples.Normal(shape.Reach, 1), panels = Pack(Samples.Normal(shape.Inner * shape.Filters, 2), shape.Inner, shape.Filters), bias = Samples.Normal(shape.Filters, 3);
        int yPosition = shape.Filters + 2;
        var lines = new DirectLines(shape.Height, shape.StrideDown * shape.RowStride, shape.Width * yPosition, shape.Width, shape.StrideRight * shape.Channels, yPosition);
        var start = Samples.Normal(shape.Height * shape.Width * yPosition, 4);
        foreach (var added in new[] { bias, [] })
        {
            var expected = start.ToArray();
            DirectConvolutionPlain.Forward(shape, x, panels, added, expected, lines);
            foreach (var forward in Forwards())
            {
                var actual = start.ToArray();
                forward(shape, x, panels, added, actual, lines);
                Samples.AssertSameBits(expected, actual);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Kernel_gradient_has_the_bits_of_the_plain_loops_and_its_pieces_cover_it(int[] sizes)
    {
        var shape = ShapeOf(sizes);
        float[] x = Samples.Normal(shape.Reach, 5), g = Samples.Normal(shape.Height * shape.Width * shape.Filters, 6), start = Samples.Normal(shape.Inner * shape.Filters, 7), startOfBias = Samples.Normal(shape.Filters, 8);
        var tile = new float[KernelPiece.TileLength];
        foreach (var accumulate in new[] { false, true })
        {
            var (expected, expectedOfBias) = PlainGradient(shape, x, g, accumulate ? start : new float[start.Length], accumulate ? startOfBias : new float[shape.Filters]);
            foreach (var gradientOf in KernelGradients())
            {
                var actual = Enumerable.Repeat(float.NaN, start.Length).ToArray();
                var actualOfBias = Enumerable.Repeat(float.NaN, shape.Filters).ToArray();
                for (var number = 0; number < KernelPiece.CountOf(shape); number++)
                {
                    var piece = new KernelPiece(shape, number);
                    KernelTile.Load(shape, piece, sparse: false, accumulate ? start : [], accumulate ? startOfBias : [], tile);
                    // Two bands of the image give what one does.
                    var half = shape.Height / 2;
                    gradientOf(shape with { Height = half }, piece, x, g, tile);
                    gradientOf(shape with { Height = shape.Height - half }, piece, x.AsSpan(half * shape.StrideDown * shape.RowStride), g.AsSpan(half * shape.Width * shape.Filters), tile);
                    KernelTile.Store(shape, piece, sparse: false, tile, actual, actualOfBias);
                }
                Samples.AssertSameBits(expected, actual);
                Samples.AssertSameBits(expectedOfBias, actualOfBias);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Sparse_kernel_gradient_has_the_bits_of_the_full_one(int[] sizes)
    {
        var shape = ShapeOf(sizes);
        float[] x = Samples.Normal(shape.Reach, 9), g = Samples.Normal(shape.Height * shape.Width * shape.Filters, 10), start = Samples.Normal(shape.Inner * shape.Filters, 11), startOfBias = Samples.Normal(shape.Filters, 12);
        for (var i = 0; i < g.Length; i++) { g[i] = i % 7 < 5 ? 0 : g[i]; }
        var (expected, expectedOfBias) = PlainGradient(shape, x, g, start, startOfBias);
        float[] tile = new float[KernelPiece.TileLength], work = new float[SparseKernelGradient.WorkLength];
        foreach (var add in SparseKernelGradients())
        {
            float[] actual = [.. start], actualOfBias = [.. startOfBias];
            for (var number = 0; number < KernelPiece.CountOf(shape); number++)
            {
                var piece = new KernelPiece(shape, number);
                if (piece.IsGrouped)
                {
                    Assert.Throws<ArgumentException>(() => SparseKernelGradient.Add(shape, piece, x, g, tile, work));
                    return;
                }
                KernelTile.Load(shape, piece, sparse: true, start, startOfBias, tile);
                var half = shape.Height / 2;
                add(shape with { Height = half }, piece, x, g, tile, work);
                add(shape with { Height = shape.Height - half }, piece, x.AsSpan(half * shape.StrideDown * shape.RowStride), g.AsSpan(half * shape.Width * shape.Filters), tile, work);
                KernelTile.Store(shape, piece, sparse: true, tile, actual, actualOfBias);
            }
            Samples.AssertSameBits(expected, actual);
            Samples.AssertSameBits(expectedOfBias, actualOfBias);
        }
    }

    /// <summary>Height, width, filters, channels, size down and right, strides, dilations: runs of every length that is done in its own way, and more positions than a list holds.</summary>
    public static TheoryData<int[]> SparseShapes() =>
    [
        [1, 9, 3, 7, 1, 1, 1, 1, 1, 1],
        [3, 5, 9, 7, 2, 2, 1, 1, 1, 2],
        [2, 7, 8, 8, 3, 1, 1, 1, 1, 1],
        [2, 9, 20, 3, 3, 3, 1, 1, 1, 1],
        [4, 6, 16, 8, 2, 3, 2, 2, 1, 1],
        [17, 19, 7, 16, 2, 2, 1, 1, 1, 1],
        [12, 12, 20, 10, 5, 5, 1, 1, 1, 1],
        [3, 7, 33, 21, 3, 3, 1, 2, 1, 1],
        [2, 8, 5, 32, 2, 3, 1, 1, 1, 1],
        [2, 8, 17, 97, 1, 1, 1, 1, 1, 1],
        [2, 3, 4, 161, 1, 2, 1, 1, 1, 1],
    ];

    [Theory, MemberData(nameof(SparseShapes))]
    public void Sparse_kernel_gradient_has_the_bits_of_its_plain_loops(int[] sizes)
    {
        var shape = ShapeOf(sizes);
        float[] x = Samples.Normal(shape.Reach, 13), g = Samples.Normal(shape.Height * shape.Width * shape.Filters, 14), start = Samples.Normal(shape.Inner * shape.Filters, 15), work = new float[SparseKernelGradient.WorkLength];
        // Zeros of either sign, a filter of nothing but zeros, one without zeros, and a few numbers that are not ordinary.
        for (var i = 0; i < g.Length; i++)
        {
            int filter = i % shape.Filters, kind = i * 31 % 37;
            if (filter == 1 || (filter != 2 && kind % 5 != 0)) { g[i] = kind % 2 == 0 ? 0 : -0f; }
            else if (filter == 3 && kind == 5) { g[i] = float.NaN; }
            else if (filter == 0 && kind == 10) { g[i] = 1e-44f; }
        }
        var startOfBias = Samples.Normal(shape.Filters, 16);
        startOfBias[0] = -0f;
        startOfBias[^1] = -0f;
        for (var number = 0; number < KernelPiece.CountOf(shape); number++)
        {
            var piece = new KernelPiece(shape, number);
            Assert.False(piece.IsGrouped);
            float[] expected = new float[KernelPiece.TileLength], actual = new float[KernelPiece.TileLength];
            float[] kernel = [.. start], kernelOfPlain = [.. start], bias = [.. startOfBias], biasOfPlain = [.. startOfBias];
            KernelTile.Load(shape, piece, sparse: true, start, startOfBias, expected);
            SparseKernelGradient.AddWith(shape, piece, x, g, expected, work, false);
            KernelTile.Store(shape, piece, sparse: true, expected, kernelOfPlain, biasOfPlain);
            foreach (var add in SparseKernelGradients())
            {
                KernelTile.Load(shape, piece, sparse: true, start, startOfBias, actual);
                var before = GC.GetAllocatedBytesForCurrentThread();
                add(shape, piece, x, g, actual, work);
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
                KernelTile.Store(shape, piece, sparse: true, actual, kernel, bias);
                Samples.AssertSameBits(kernelOfPlain, kernel);
                Samples.AssertSameBits(biasOfPlain, bias);
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated_and_short_buffers_are_refused_by_name()
    {
        var shape = ShapeOf([3, 12, 20, 10, 5, 5, 1, 1, 1, 1]);
        float[] x = new float[shape.Reach], panels = new float[MatMul.PackedLength(shape.Inner, shape.Filters)], y = new float[3 * 12 * 20], tile = new float[KernelPiece.TileLength];
        var lines = new DirectLines(3, shape.RowStride, 240, 12, 10, 20);
        var before = 0L;
        for (var turn = 0; turn < 2; turn++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            DirectConvolution.Forward(shape, x, panels, [], y, lines);
            DirectConvolution.KernelGradient(shape, new KernelPiece(shape, 0), x, y, tile);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal("x", Assert.Throws<ArgumentException>(() => DirectConvolution.Forward(shape, x.AsSpan(1), panels, [], y, lines)).ParamName);
        Assert.Equal("y", Assert.Throws<ArgumentException>(() => DirectConvolution.Forward(shape, x, panels, [], y.AsSpan(1), lines)).ParamName);
        Assert.Equal("panels", Assert.Throws<ArgumentException>(() => DirectConvolution.Forward(shape, x, panels.AsSpan(1), [], y, lines)).ParamName);
        Assert.Equal("outputGradient", Assert.Throws<ArgumentException>(() => DirectConvolution.KernelGradient(shape, new KernelPiece(shape, 0), x, y.AsSpan(1), tile)).ParamName);
    }

    // One sum for each number of the gradients, over the outputs in row-major order.
    private static (float[] Kernel, float[] Bias) PlainGradient(in DirectShape shape, float[] x, float[] g, float[] start, float[] startOfBias)
    {
        float[] kernel = [.. start], bias = [.. startOfBias];
        for (var item = 0; item < shape.Height * shape.Width * shape.Filters; item++)
        {
            int filter = item % shape.Filters, y = item / shape.Filters / shape.Width * shape.StrideDown, column = item / shape.Filters % shape.Width * shape.StrideRight;
            bias[filter] += g[item];
            for (var k = 0; k < shape.Inner; k++)
            {
                int tap = k / shape.Channels, down = tap / shape.SizeRight * shape.DilationDown, right = tap % shape.SizeRight * shape.DilationRight;
                ref var sum = ref kernel[(k * shape.Filters) + filter];
                sum = MathF.FusedMultiplyAdd(x[((y + down) * shape.RowStride) + ((column + right) * shape.Channels) + (k % shape.Channels)], g[item], sum);
            }
        }
        return (kernel, bias);
    }

    private delegate void Forward(in DirectShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> panels, ReadOnlySpan<float> bias, Span<float> y, in DirectLines lines);

    private delegate void KernelGradient(in DirectShape shape, in KernelPiece piece, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradient, Span<float> tile);

    private delegate void SparseGradient(in DirectShape shape, in KernelPiece piece, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradient, Span<float> tile, Span<float> work);

    private static List<SparseGradient> SparseKernelGradients()
    {
        List<SparseGradient> all = [SparseKernelGradient.Add, (in shape, in piece, x, g, tile, work) => SparseKernelGradient.AddWith(shape, piece, x, g, tile, work, false)];
        if (Avx512F.IsSupported) { all.Add((in shape, in piece, x, g, tile, work) => SparseKernelGradient.AddWith(shape, piece, x, g, tile, work, true)); }
        if (Avx2PatchProduct.IsSupported) { all.Add(Avx2SparseKernelGradient.Add); }
        return all;
    }

    private static IEnumerable<Forward> Forwards()
    {
        yield return DirectConvolution.Forward;
        if (Avx512F.IsSupported) { yield return DirectConvolution.ForwardWith<Avx512RunBlocks>; }
        if (Avx2.IsSupported && Fma.IsSupported) { yield return DirectConvolution.ForwardWith<Avx2RunBlocks>; }
    }

    private static IEnumerable<KernelGradient> KernelGradients()
    {
        yield return DirectConvolutionPlain.KernelGradient;
        yield return DirectConvolution.KernelGradient;
        if (Avx512F.IsSupported) { yield return DirectConvolution.KernelGradientWith<Avx512RunBlocks>; }
        if (Avx2.IsSupported && Fma.IsSupported) { yield return DirectConvolution.KernelGradientWith<Avx2RunBlocks>; }
    }

    private static DirectShape ShapeOf(int[] s)
        => new(s[0], s[1], s[2], s[3], s[4], s[5], ((((s[1] - 1) * s[7]) + ((s[5] - 1) * s[9]) + 1) * s[3]) + 1, s[6], s[7], s[8], s[9]);

    private static float[] Pack(float[] b, int inner, int columns)
    {
        var packed = new float[MatMul.PackedLength(inner, columns)];
        MatMul.Pack(b, columns, inner, columns, packed, 0, MatMul.PanelCount(columns));
        return packed;
    }
}
