using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Spreads each pixel over a window of a larger image: what the gradient of a convolution does, as a layer of its own.</summary>
/// <remarks>
/// y[p·stride + tap·dilation] += W[tap]·x[p], and b. x [length, channels] or [height, width, channels]; W [taps.., filters, channels]; y is n·stride long with same padding and
/// n·stride + max(k − stride, 0) with valid padding, k the reach of the kernel. Windows lie over the output as those of a convolution with the same padding would lie over its input.
/// ∂x = patches of ∂y times W, ∂W = (patches of ∂y)ᵀ·x, ∂b = Σ ∂y. Source: Zeiler and others, "Deconvolutional networks", 2010; Dumoulin and Visin, "A guide to convolution arithmetic", 2016.
/// </remarks>
/// <param name="window">How the kernel lies over the output.</param>
/// <param name="kernel">W.</param>
/// <param name="bias">b [filters], or null.</param>
public sealed class TransposedConvolution(Window window, Parameter kernel, Parameter? bias) : Operation
{
    private const int MostItems = 128;
    private const int InnerBlock = 128;
    private const int ColumnBlock = 2 * MatMul.WidestPanel;
    private readonly int _patch = kernel.Shape.Positions;
    private readonly int _channels = kernel.Shape.Width;
    private readonly int _filters = kernel.Shape[-2];

    /// <inheritdoc/>
    public override string Kind => "transposed_convolution";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = bias is null ? [kernel] : [kernel, bias];

    /// <inheritdoc/>
    public override IReadOnlyList<Packed> Packed { get; } = [new(kernel, Transposed: true), new(kernel, Transposed: false, PackedUse.InputGradient)];

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.InputsForParameters | Keeps.OutputGradientForParameters;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        var input = inputs[0];
        int axes = window.Size.Count;
        if (input.Rank != axes + 1) throw new ShapeException($"wants {(axes == 2 ? "images [height, width, channels]" : "sequences [length, channels]")}, but the input is {input}. Put a Reshape before it");
        if (window.Padding == WindowPadding.Causal) throw new ShapeException("has causal padding, which a transposed convolution has not. Use Same or Valid");
        if (input.Width != _channels) throw new ShapeException($"has a kernel {kernel.Shape}, but the input {input} has {input.Width} channels");
        var output = new Shape([.. Enumerable.Range(0, axes).Select(axis => Length(input[axis], axis)), _filters]);
        _ = window.Over(output);                                // says what is wrong with strides and dilations
        return output;
    }

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows) => MostItems * _patch;

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => InnerBlocks * ((_channels + ColumnBlock - 1) / ColumnBlock);

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 2L * shapes.Inputs[0].Positions * _patch * _channels;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var y = pass.Output;
        if (bias is null) y.Clear();
        else for (int at = 0; at < y.Length; at += _filters) pass.Parameter(1).CopyTo(y[at..]);
        var grid = window.Over(pass.Shapes.Output);
        int items = pass.Rows * grid.Positions;
        for (int first = 0; first < items; first += MostItems)
        {
            int count = Math.Min(MostItems, items - first);
            MatMul.Multiply(pass.Input(0)[(first * _channels)..], _channels, pass.Packed(0), [], pass.Scratch, _patch, count, _channels, _patch, accumulate: false);
            Scatter(grid, pass.Scratch, first, count, y);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var grid = window.Over(pass.Shapes.Output);
        int items = pass.Rows * grid.Positions;
        for (int first = 0; first < items; first += MostItems)
        {
            int count = Math.Min(MostItems, items - first);
            Gather(grid, pass.OutputGradient, first, count, 0, _patch, pass.Scratch);
            MatMul.Multiply(pass.Scratch, _patch, pass.Packed(1), [], pass.InputGradient(0)[(first * _channels)..], _channels, count, _patch, _channels, accumulate: true);
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        var grid = window.Over(pass.Shapes.Output);
        int items = pass.Rows * grid.Positions;
        for (int unit = pass.FirstUnit; unit < pass.FirstUnit + pass.Units; unit++)
        {
            int firstInner = unit % InnerBlocks * InnerBlock;
            int firstColumn = unit / InnerBlocks * ColumnBlock;
            int innerCount = Math.Min(InnerBlock, _patch - firstInner);
            int columnCount = Math.Min(ColumnBlock, _channels - firstColumn);
            var gradient = pass.Gradient(0)[(firstInner * _channels)..];
            for (int first = 0; first < items; first += MostItems)
            {
                int count = Math.Min(MostItems, items - first);
                Gather(grid, pass.OutputGradient, first, count, firstInner, innerCount, pass.Scratch);
                MatMul.MultiplyTransposed(pass.Scratch, innerCount, pass.Input(0)[(first * _channels)..], _channels, gradient, _channels,
                    count, 0, innerCount, firstColumn, columnCount, first > 0 || pass.Accumulates(0));
            }
            if (bias is not null && unit == 0) Reductions.ColumnSums(pass.OutputGradient, _filters, pass.Rows * pass.Shapes.Output.Positions, 0, _filters, pass.Gradient(1), pass.Accumulates(1));
        }
    }

    // Columns of the patches of some items (rows × positions) side by side; zeros where the window lies outside.
    private static void Gather(in WindowGrid grid, ReadOnlySpan<float> rows, int firstItem, int items, int firstColumn, int columns, Span<float> patches)
    {
        for (int i = 0; i < items; i++)
        {
            var image = rows.Slice((firstItem + i) / grid.Positions * grid.RowSize, grid.RowSize);
            int position = (firstItem + i) % grid.Positions;
            for (int column = firstColumn, length; column < firstColumn + columns; column += length)
            {
                int tap = column / grid.Channels, channel = column - (tap * grid.Channels), pixel = grid.Pixel(position, tap);
                length = Math.Min(grid.Channels - channel, firstColumn + columns - column);
                var to = patches.Slice((i * columns) + column - firstColumn, length);
                if (pixel < 0) to.Clear();
                else image.Slice((pixel * grid.Channels) + channel, length).CopyTo(to);
            }
        }
    }

    // Adds whole patches of some items to the pixels under them.
    private static void Scatter(in WindowGrid grid, ReadOnlySpan<float> patches, int firstItem, int items, Span<float> rows)
    {
        for (int i = 0; i < items; i++)
        {
            var image = rows.Slice((firstItem + i) / grid.Positions * grid.RowSize, grid.RowSize);
            for (int tap = 0; tap < grid.Patch / grid.Channels; tap++)
            {
                int pixel = grid.Pixel((firstItem + i) % grid.Positions, tap);
                if (pixel >= 0) Elementwise.AddTo(patches.Slice((i * grid.Patch) + (tap * grid.Channels), grid.Channels), image.Slice(pixel * grid.Channels, grid.Channels));
            }
        }
    }

    private int InnerBlocks => (_patch + InnerBlock - 1) / InnerBlock;

    private int Length(int input, int axis)
    {
        int stride = window.Strides[axis], reach = ((window.Size[axis] - 1) * window.Dilations[axis]) + 1;
        return (input * stride) + (window.Padding == WindowPadding.Same ? 0 : Math.Max(reach - stride, 0));
    }
}
