namespace Equipoise.Engine.Kernels;

/// <summary>The obvious loops of <see cref="DirectConvolution"/>: what the fast forms must equal to the last bit, and what runs where there is no AVX2.</summary>
internal static class DirectConvolutionPlain
{
    /// <summary>y = Σ over the window x·W + bias.</summary>
    public static void Forward(in DirectShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> panels, ReadOnlySpan<float> bias, Span<float> y, in DirectLines lines)
    {
        for (var line = 0; line < lines.Count; line++)
        {
            for (var position = 0; position < lines.Positions; position++)
            {
                var window = x[((line * lines.XLine) + (position * lines.XPosition))..];
                for (var filter = 0; filter < shape.Filters; filter++)
                {
                    var panel = panels[(filter / MatMul.PanelWidth * MatMul.PanelWidth * shape.Inner)..];
                    var sum = 0f;
                    for (var k = 0; k < shape.Inner; k++) { sum = MathF.FusedMultiplyAdd(window[Place(shape, k)], panel[(k * MatMul.PanelWidth) + (filter % MatMul.PanelWidth)], sum); }
                    y[(line * lines.YLine) + (position * lines.YPosition) + filter] = bias.IsEmpty ? sum : sum + bias[filter];
                }
            }
        }
    }

    /// <summary>tile += Σ over outputs x·g and, in its last row, Σ g.</summary>
    public static void KernelGradient(in DirectShape shape, in KernelPiece piece, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradient, Span<float> tile)
    {
        for (var tileRow = 0; tileRow < piece.TileRows; tileRow++)
        {
            var k = piece.RowOf(shape, tileRow);
            if (k < 0) { continue; }
            for (var column = 0; column < piece.Columns; column++)
            {
                var sum = tile[(tileRow * KernelPiece.MostColumns) + column];
                for (var position = 0; position < shape.Height * shape.Width; position++)
                {
                    var window = (position / shape.Width * shape.StrideDown * shape.RowStride) + (position % shape.Width * shape.StrideRight * shape.Channels);
                    sum = MathF.FusedMultiplyAdd(x[window + Place(shape, k)], outputGradient[(position * shape.Filters) + piece.FirstColumn + column], sum);
                }
                tile[(tileRow * KernelPiece.MostColumns) + column] = sum;
            }
        }
        for (var item = 0; item < shape.Height * shape.Width && piece.IsFirst; item++)
        {
            for (var column = 0; column < piece.Columns; column++) { tile[(piece.TileRows * KernelPiece.MostColumns) + column] += outputGradient[(item * shape.Filters) + piece.FirstColumn + column]; }
        }
    }

    // Where number k of a window lies, seen from its first pixel.
    private static int Place(in DirectShape shape, int k)
    {
        int tap = k / shape.Channels, down = tap / shape.SizeRight, right = tap % shape.SizeRight;
        return (down * shape.DilationDown * shape.RowStride) + (right * shape.DilationRight * shape.Channels) + (k % shape.Channels);
    }
}
