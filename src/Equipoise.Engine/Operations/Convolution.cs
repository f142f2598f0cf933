using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Slides a kernel over sequences [length, channels] or images [height, width, channels]: y[p] = Σ over taps and channels of x[p·stride + tap·dilation]·W + b.</summary>
/// <remarks>
/// W [taps.., channels, filters], not flipped (a cross-correlation, as all libraries mean it). Windows are copied to patches, some hundred at a time, and multiplied as matrices:
/// forward P·W, backward ∂P = ∂y·Wᵀ added back to the pixels, ∂W = Pᵀ·∂y. Working memory does not grow with the image.
/// </remarks>
/// <param name="window">How the kernel slides.</param>
/// <param name="kernel">W.</param>
/// <param name="bias">b [filters], or null.</param>
public sealed class Convolution(Window window, Parameter kernel, Parameter? bias) : Operation
{
    // Patches at a time: enough for the matrix kernel, few enough for the second-level cache.
    private const int ChunkFloats = 48 * 1024;
    private const int LeastItems = 16, MostItems = 256;
    private const int InnerBlock = 128;
    private const int ColumnBlock = 2 * MatMul.PanelWidth;
    private readonly int _patch = kernel.Shape.Positions;
    private readonly int _filters = kernel.Shape.Width;

    /// <inheritdoc/>
    public override string Kind => "convolution";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = bias is null ? [kernel] : [kernel, bias];

    /// <inheritdoc/>
    public override IReadOnlyList<Packed> Packed { get; } = [new(kernel, Transposed: false), new(kernel, Transposed: true, PackedUse.InputGradient)];

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.InputsForParameters | Keeps.OutputGradientForParameters;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        var shape = window.OutputShape(inputs[0], _filters);
        if (window.Taps * inputs[0].Width != _patch) throw new ShapeException($"has a kernel {kernel.Shape}, but the input {inputs[0]} has {inputs[0].Width} channels");
        return shape;
    }

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows) => Math.Max(ChunkItems * _patch, MostItems * Math.Min(InnerBlock, _patch));

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => InnerBlocks * ((_filters + ColumnBlock - 1) / ColumnBlock);

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 2L * shapes.Output.Positions * _patch * _filters;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var grid = window.Over(pass.Shapes.Inputs[0]);
        int items = pass.Rows * grid.Positions;
        ReadOnlySpan<float> b = bias is null ? [] : pass.Parameter(1);
        if (grid.IsPointwise)
        {
            MatMul.Multiply(pass.Input(0), _patch, pass.Packed(0), b, pass.Output, _filters, items, _patch, _filters, accumulate: false);
            return;
        }
        for (int first = 0; first < items; first += ChunkItems)
        {
            int count = Math.Min(ChunkItems, items - first);
            grid.Gather(pass.Input(0), first, count, 0, _patch, pass.Scratch);
            MatMul.Multiply(pass.Scratch, _patch, pass.Packed(0), b, pass.Output[(first * _filters)..], _filters, count, _patch, _filters, accumulate: false);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var grid = window.Over(pass.Shapes.Inputs[0]);
        int items = pass.Rows * grid.Positions;
        if (grid.IsPointwise)
        {
            MatMul.Multiply(pass.OutputGradient, _filters, pass.Packed(1), [], pass.InputGradient(0), _patch, items, _filters, _patch, accumulate: true);
            return;
        }
        for (int first = 0; first < items; first += ChunkItems)
        {
            int count = Math.Min(ChunkItems, items - first);
            MatMul.Multiply(pass.OutputGradient[(first * _filters)..], _filters, pass.Packed(1), [], pass.Scratch, _patch, count, _filters, _patch, accumulate: false);
            grid.Scatter(pass.Scratch, first, count, pass.InputGradient(0));
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        var grid = window.Over(pass.Shapes.Inputs[0]);
        int items = pass.Rows * grid.Positions;
        for (int unit = pass.FirstUnit; unit < pass.FirstUnit + pass.Units; unit++)
        {
            int firstInner = unit % InnerBlocks * InnerBlock;
            int firstColumn = unit / InnerBlocks * ColumnBlock;
            int innerCount = Math.Min(InnerBlock, _patch - firstInner);
            int columnCount = Math.Min(ColumnBlock, _filters - firstColumn);
            var gradient = pass.Gradient(0)[(firstInner * _filters)..];
            for (int first = 0; first < items; first += MostItems)
            {
                int count = Math.Min(MostItems, items - first);
                grid.Gather(pass.Input(0), first, count, firstInner, innerCount, pass.Scratch);
                MatMul.MultiplyTransposed(pass.Scratch, innerCount, pass.OutputGradient[(first * _filters)..], _filters, gradient, _filters,
                    count, 0, innerCount, firstColumn, columnCount, first > 0 || pass.Accumulates(0));
            }
            if (bias is not null && firstInner == 0)
            {
                Reductions.ColumnSums(pass.OutputGradient, _filters, items, firstColumn, columnCount, pass.Gradient(1), pass.Accumulates(1));
            }
        }
    }

    private int ChunkItems => Math.Clamp(ChunkFloats / _patch, LeastItems, MostItems);

    private int InnerBlocks => (_patch + InnerBlock - 1) / InnerBlock;
}
