using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Slides a kernel over sequences [length, channels] or images [height, width, channels]: y[p] = Σ over taps and channels of x[p·stride + tap·dilation]·W + b.</summary>
/// <remarks>
/// W [taps.., channels, filters], not flipped (a cross-correlation, as all libraries mean it). Windows are read straight from the image, see <see cref="DirectConvolution"/>; a padded
/// image is copied first, a band at a time. ∂W[tap] = Σ over rows and positions of x[p·stride + tap·dilation]ᵀ·∂y. For ∂x the patches' gradients ∂y·Wᵀ are made, some hundred at a time, and
/// added back to the pixels. Working memory does not grow with the image's height.
/// </remarks>
/// <param name="window">How the kernel slides.</param>
/// <param name="kernel">W.</param>
/// <param name="bias">b [filters], or null.</param>
public sealed class Convolution(Window window, Parameter kernel, Parameter? bias) : Operation
{
    // Patches at a time: enough for the matrix kernel, few enough for the second-level cache.
    private const int ChunkFloats = 48 * 1024;
    private const int LeastItems = 16, MostItems = 256;
    // What a band of an image and of its outputs should take at the most.
    private const int BandFloats = 48 * 1024;
    // A gradient of which no more than one in so many numbers is not zero is multiplied number by number.
    private const int LeastZeros = 3;
    private const int RowsToLookAt = 8;
    // Operations in the time that a number of the gradient takes to come from the third-level cache.
    private const long WorkOfReading = 64;
    // With fewer positions in a row, the register blocks run over the batch instead.
    private const int NarrowWidth = 4;
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
    public override int ScratchSize(NodeShapes shapes, int rows)
    {
        var grid = window.Over(shapes.Inputs[0]);
        int forBackward = (ChunkItems * PatchProduct.StrideOf(_patch)) + PatchProduct.ListLength(_filters);
        int forParameters = KernelPiece.TileLength + SparseKernelGradient.WorkLength + (grid.IsPadded ? grid.BandSize(BandRows(grid)) : 0);
        return Math.Max(Math.Max(forBackward, forParameters), ImageStack.Fits(grid) ? new ImageStack(grid, _filters).ScratchSize : 0);
    }

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes)
    {
        var grid = window.Over(shapes.Inputs[0]);
        return ImageStack.FitsProducts(grid) ? new ImageStack(grid, _filters).Units : KernelPiece.CountOf(ShapeOf(grid));
    }

    /// <inheritdoc/>
    public override bool SumsHalves(NodeShapes shapes, int rows) => GradientHalves.Pay(shapes, rows, kernel.Length);

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes)
        => (2L * shapes.Output.Positions * _patch * ((_filters + KernelPiece.MostColumns - 1) / KernelPiece.MostColumns * KernelPiece.MostColumns)) + (WorkOfReading * shapes.Output.Size);

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
        var shape = ShapeOf(grid);
        if (grid.OutWidth < NarrowWidth && !grid.IsPadded)
        {
            var lines = new DirectLines(1, 0, 0, pass.Rows, grid.RowSize, grid.Positions * _filters);
            for (int position = 0; position < grid.Positions; position++)
            {
                int place = ((position / grid.OutWidth * grid.StrideDown * grid.Width) + (position % grid.OutWidth * grid.StrideRight)) * grid.Channels;
                DirectConvolution.Forward(shape, pass.Input(0)[place..], pass.Packed(0), b, pass.Output[(position * _filters)..], lines);
            }
            return;
        }
        if (ImageStack.Fits(grid))
        {
            var stack = new ImageStack(grid, _filters);
            for (int row = 0, count; row < pass.Rows; row += count)
            {
                count = Math.Min(stack.Images, pass.Rows - row);
                DirectConvolution.Forward(shape, stack.Copy(pass.Input(0), row, count, pass.Scratch), pass.Packed(0), b, pass.Output[(row * grid.OutWidth * _filters)..], stack.Lines(count));
            }
            return;
        }
        int most = BandRows(grid);
        for (int row = 0; row < pass.Rows; row++)
        {
            for (int first = 0; first < grid.OutHeight; first += most)
            {
                int count = Math.Min(most, grid.OutHeight - first);
                var lines = new DirectLines(count, grid.StrideDown * shape.RowStride, grid.OutWidth * _filters, grid.OutWidth, grid.Step, _filters);
                DirectConvolution.Forward(shape, Band(grid, pass.Input(0), row, first, count, pass.Scratch), pass.Packed(0), b, pass.Output[(((row * grid.OutHeight) + first) * grid.OutWidth * _filters)..], lines);
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var grid = window.Over(pass.Shapes.Inputs[0]);
        int items = pass.Rows * grid.Positions, stride = PatchProduct.StrideOf(_patch);
        if (grid.IsPointwise)
        {
            MatMul.Multiply(pass.OutputGradient, _filters, pass.Packed(1), [], pass.InputGradient(0), _patch, items, _filters, _patch, accumulate: true);
            return;
        }
        // Small images are multiplied several at a time.
        int together = Math.Max(1, ChunkItems / grid.Positions);
        for (int row = 0, rows; row < pass.Rows; row += rows)
        {
            rows = 1;
            bool sparse = IsMostlyZero(RowOf(pass.OutputGradient, row, grid));
            while (!sparse && rows < together && row + rows < pass.Rows && !IsMostlyZero(RowOf(pass.OutputGradient, row + rows, grid))) rows++;
            for (int first = 0; first < grid.Positions; first += ChunkItems)
            {
                int count = Math.Min(ChunkItems, grid.Positions - first);
                var gradient = pass.OutputGradient[(((row * grid.Positions) + first) * _filters)..];
                if (sparse) PatchProduct.MultiplySparse(gradient, pass.Packed(1), pass.Scratch, count, _filters, _patch, pass.Scratch[(ChunkItems * stride)..]);
                else MatMul.Multiply(gradient, _filters, pass.Packed(1), [], pass.Scratch, stride, rows * count, _filters, _patch, accumulate: false);
                for (int i = 0; i < rows; i++) AddBack(grid, pass.Scratch[(i * count * stride)..], first, count, pass.InputGradient(0).Slice((row + i) * grid.RowSize, grid.RowSize));
            }
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        var grid = window.Over(pass.Shapes.Inputs[0]);
        var shape = ShapeOf(grid);
        int most = BandRows(grid);
        var tile = pass.Scratch[..KernelPiece.TileLength];
        var work = pass.Scratch.Slice(KernelPiece.TileLength, SparseKernelGradient.WorkLength);
        var band = pass.Scratch[(KernelPiece.TileLength + SparseKernelGradient.WorkLength)..];
        var kernelGradient = kernel.Trainable ? pass.Gradient(0) : [];
        var biasGradient = bias is { Trainable: true } ? pass.Gradient(1) : [];
        bool mostlyZero = IsMostlyZero(pass.OutputGradient, pass.Rows, grid);
        int firstPiece = pass.FirstUnit, endPiece = pass.FirstUnit + pass.Units;
        if (ImageStack.FitsProducts(grid))
        {
            var stack = new ImageStack(grid, _filters);
            if (!mostlyZero)
            {
                stack.AddProducts(pass, kernelGradient, biasGradient);
                return;
            }
            // The same share of the pieces as of the units.
            int pieces = KernelPiece.CountOf(shape);
            (firstPiece, endPiece) = (pieces * firstPiece / stack.Units, pieces * endPiece / stack.Units);
        }
        for (int number = firstPiece; number < endPiece; number++)
        {
            var piece = new KernelPiece(shape, number);
            bool sparse = mostlyZero && !piece.IsGrouped;
            KernelTile.Load(shape, piece, sparse, pass.Accumulates(0) ? kernelGradient : [], bias is not null && pass.Accumulates(1) ? biasGradient : [], tile);
            if (grid.OutHeight == 1 && !grid.IsPadded)
            {
                // One line of windows an image: the batch is one tall image, or, with one window an image, one line.
                var whole = grid.OutWidth == 1 ? shape with { Width = pass.Rows, StrideRight = grid.Height * grid.Width } : shape with { Height = pass.Rows, StrideDown = grid.Height };
                Add(whole, piece, sparse, pass.Input(0), pass.OutputGradient, tile, work);
                KernelTile.Store(shape, piece, sparse, tile, kernelGradient, biasGradient);
                continue;
            }
            for (int row = 0; row < pass.Rows; row++)
            {
                for (int first = 0; first < grid.OutHeight; first += most)
                {
                    int count = Math.Min(most, grid.OutHeight - first), items = ((row * grid.OutHeight) + first) * grid.OutWidth;
                    Add(shape with { Height = count }, piece, sparse, Band(grid, pass.Input(0), row, first, count, band), pass.OutputGradient[(items * _filters)..], tile, work);
                }
            }
            KernelTile.Store(shape, piece, sparse, tile, kernelGradient, biasGradient);
        }
    }

    private static void Add(in DirectShape shape, in KernelPiece piece, bool sparse, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradient, Span<float> tile, Span<float> work)
    {
        if (sparse) SparseKernelGradient.Add(shape, piece, x, outputGradient, tile, work);
        else DirectConvolution.KernelGradient(shape, piece, x, outputGradient, tile);
    }

    // A batch is judged by some of its rows: the same ones for whoever asks.
    private bool IsMostlyZero(ReadOnlySpan<float> gradient, int rows, in WindowGrid grid)
    {
        int zero = 0, looked = 0;
        for (int row = 0; row < rows; row += Math.Max(1, rows / RowsToLookAt), looked++) zero += IsMostlyZero(RowOf(gradient, row, grid)) ? 1 : 0;
        return 2 * zero > looked;
    }

    private static bool IsMostlyZero(ReadOnlySpan<float> gradient) => PatchProduct.CountNonzero(gradient) <= gradient.Length / LeastZeros;

    private ReadOnlySpan<float> RowOf(ReadOnlySpan<float> gradient, int row, in WindowGrid grid) => gradient.Slice(row * grid.Positions * _filters, grid.Positions * _filters);

    // Adds patches from a position on to the pixels that they came from.
    private void AddBack(in WindowGrid grid, ReadOnlySpan<float> patches, int firstPosition, int count, Span<float> image)
    {
        int stride = PatchProduct.StrideOf(_patch), end = firstPosition + count;
        var shape = ShapeOf(grid) with { RowStride = grid.Width * grid.Channels };
        for (int position = firstPosition; position < end;)
        {
            int outY = position / grid.OutWidth, outX = position - (outY * grid.OutWidth);
            grid.Inside(outY, out int first, out int last);
            int windows = outX >= first ? Math.Min(last - outX, end - position) : 0;
            if (windows > 0)
            {
                int place = ((((outY * grid.StrideDown) - grid.Top) * grid.Width) + (outX * grid.StrideRight) - grid.Left) * grid.Channels;
                PatchProduct.AddToWindows(patches[((position - firstPosition) * stride)..], windows, shape, image[place..]);
            }
            else
            {
                windows = 1;
                grid.Scatter(patches[((position - firstPosition) * stride)..], position, image);
            }
            position += windows;
        }
    }

    // What some rows of windows look at: where it lies, or a padded copy.
    private static ReadOnlySpan<float> Band(in WindowGrid grid, ReadOnlySpan<float> rows, int row, int firstOutRow, int outRows, Span<float> scratch)
    {
        var image = rows.Slice(row * grid.RowSize, grid.RowSize);
        if (!grid.IsPadded) return image[(firstOutRow * grid.StrideDown * grid.Width * grid.Channels)..];
        grid.CopyBand(image, firstOutRow, outRows, scratch);
        return scratch;
    }

    private DirectShape ShapeOf(in WindowGrid grid)
        => new(grid.OutHeight, grid.OutWidth, _filters, grid.Channels, grid.SizeDown, grid.SizeRight, (grid.IsPadded ? grid.PaddedWidth : grid.Width) * grid.Channels,
            grid.StrideDown, grid.StrideRight, grid.DilationDown, grid.DilationRight);

    private int BandRows(in WindowGrid grid)
        => Math.Clamp(BandFloats / ((grid.StrideDown * grid.PaddedWidth * grid.Channels) + (grid.OutWidth * _filters)), 1, grid.OutHeight);

    private int ChunkItems => Math.Clamp(ChunkFloats / _patch, LeastItems, MostItems);
}
