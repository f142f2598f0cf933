using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Padded copies of some images of one line each, such as sequences, one after the other: what a convolution does with them it does once for all, so that its kernel passes by once.</summary>
/// <param name="grid">Windows over one image.</param>
/// <param name="filters">Channels of the output.</param>
internal readonly struct ImageStack(WindowGrid grid, int filters)
{
    // What the copies should take at the most: with their outputs they should stay in the second-level cache.
    private const int MostFloats = 32 * 1024;
    // With fewer channels the product of a tap is too small.
    private const int LeastChannels = 16;
    private const int ColumnBlock = 4 * MatMul.WidestPanel;

    /// <summary>Whether images are to be stacked: they want padding, and have one line of windows.</summary>
    public static bool Fits(in WindowGrid grid) => grid.OutHeight == 1 && grid.IsPadded;

    /// <summary>Whether the gradient of the kernel is a product for each tap: windows lie side by side.</summary>
    public static bool FitsProducts(in WindowGrid grid) => Fits(grid) && grid.SizeDown == 1 && grid.StrideRight == 1 && grid.Channels >= LeastChannels;

    /// <summary>The most images at once.</summary>
    public int Images => Math.Max(1, MostFloats / ImageSize);

    /// <summary>Numbers of working memory.</summary>
    public int ScratchSize => Images * (ImageSize + (grid.PaddedWidth * filters));

    /// <summary>Units of <see cref="AddProducts"/>.</summary>
    public int Units => grid.SizeRight * ((filters + ColumnBlock - 1) / ColumnBlock);

    private int ImageSize => grid.BandSize(1);

    /// <summary>Copies images [count] of a batch.</summary>
    public ReadOnlySpan<float> Copy(ReadOnlySpan<float> rows, int firstRow, int count, Span<float> scratch)
    {
        for (int i = 0; i < count; i++) grid.CopyBand(rows.Slice((firstRow + i) * grid.RowSize, grid.RowSize), 0, 1, scratch.Slice(i * ImageSize, ImageSize));
        return scratch[..(count * ImageSize)];
    }

    /// <summary>Where windows of such copies and the outputs lie.</summary>
    public DirectLines Lines(int count) => new(count, ImageSize, grid.OutWidth * filters, grid.OutWidth, grid.Step, filters);

    /// <summary>Some units of the gradients of kernel [taps, channels, filters] and bias [filters]; one that is empty is not wanted.</summary>
    /// <remarks>
    /// The stack is one tall image, and the gradient of a tap is the product of it, moved by the tap, and ∂y. Windows that begin in one image and end in the next meet zeros in ∂y. Each number is a chain over
    /// rows and positions in order, as with <see cref="DirectConvolution.KernelGradient"/>, so it has the same bits.
    /// </remarks>
    public void AddProducts(in ParameterPass pass, Span<float> kernel, Span<float> bias)
    {
        int width = grid.PaddedWidth, most = Images;
        var outputs = pass.Scratch.Slice(most * ImageSize, most * width * filters);
        for (int row = 0; row < pass.Rows; row += most)
        {
            int count = Math.Min(most, pass.Rows - row), items = (count * width) - (width - grid.OutWidth);
            var images = Copy(pass.Input(0), row, count, pass.Scratch);
            Spread(pass.OutputGradient.Slice(row * grid.OutWidth * filters, count * grid.OutWidth * filters), outputs);
            for (int unit = pass.FirstUnit; unit < pass.FirstUnit + pass.Units; unit++)
            {
                int tap = unit % grid.SizeRight, column = unit / grid.SizeRight * ColumnBlock, columns = Math.Min(ColumnBlock, filters - column);
                if (!kernel.IsEmpty)
                {
                    MatMul.MultiplyTransposed(images[(tap * grid.DilationRight * grid.Channels)..], grid.Channels, outputs, filters, kernel[(tap * grid.Channels * filters)..], filters,
                        items, 0, grid.Channels, column, columns, row > 0 || pass.Accumulates(0));
                }
                if (!bias.IsEmpty && tap == 0) Reductions.ColumnSums(outputs, filters, items, column, columns, bias, row > 0 || pass.Accumulates(1));
            }
        }
    }

    // Outputs of each image, with zeros for the windows that would reach into the next.
    private void Spread(ReadOnlySpan<float> gradients, Span<float> outputs)
    {
        int line = grid.OutWidth * filters, wide = grid.PaddedWidth * filters;
        for (int i = 0; i * line < gradients.Length; i++)
        {
            gradients.Slice(i * line, line).CopyTo(outputs[(i * wide)..]);
            outputs.Slice((i * wide) + line, wide - line).Clear();
        }
    }
}
