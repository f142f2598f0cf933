using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = x·W + b on the last axis: a dense layer, on vectors or at every position of a sequence or an image.</summary>
/// <remarks>
/// W [in, out], b [out] or none. ∂x = ∂y·Wᵀ; ∂W = xᵀ·∂y and ∂b = Σ ∂y over rows and positions.
/// Of sequences and images, positions that are all zero (padding that a layer before cleared) are left out of the products where they are many: adding zeros changes no sum. A weight that
/// is not finite then shows at the other positions only. Without AVX-512 single zeros of x and of ∂y, as rectifiers and dropout leave, are left out of the products of wide layers, too: see <see cref="SparseProducts"/>.
/// </remarks>
/// <param name="kernel">W.</param>
/// <param name="bias">b, or null.</param>
public sealed class Affine(Parameter kernel, Parameter? bias) : Operation
{
    // Pieces of the kernel's gradient: tall ones, for which ∂y is packed once, as long as x is not too wide; otherwise whole rows, done such that x is copied for many panels, and these for many rows of x.
    private const int TallBlock = 256, WideBlock = 64, SequenceBlock = 64, ColumnBlock = 4 * MatMul.WidestPanel, WideColumns = 16 * MatMul.WidestPanel;
    // Positions that a product takes side by side where zeros are left out, and how large a piece of the kernel's gradient.
    private const int GatheredItems = 96, GatheredWidth = 256;
    // Looking for zeros is worth it in products of so many weights, leaving them out where one position of so many is zero.
    private const int LeastWeights = 4096, LeastShare = 8;
    private const int MaskedItems = 1024;
    private const int Padding = 16;                            // so that rows are no power of two apart
    private readonly int _inner = kernel.Shape[0];
    private readonly int _columns = kernel.Shape[1];

    /// <inheritdoc/>
    public override string Kind => "affine";

    internal Parameter Kernel => kernel;

    internal Parameter? Bias => bias;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = bias is null ? [kernel] : [kernel, bias];

    /// <inheritdoc/>
    public override IReadOnlyList<Packed> Packed { get; } = [new(kernel, Transposed: false), new(kernel, Transposed: true, PackedUse.InputGradient)];

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.InputsForParameters | Keeps.OutputGradientForParameters;

    /// <inheritdoc/>
    public override bool Overwrites => true;

    /// <inheritdoc/>
    public override bool TakesEnds => true;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs[0].Width != _inner) throw new ShapeException($"the kernel has {_inner} rows, but the input is {inputs[0]} and so has {inputs[0].Width} numbers on its last axis");
        return inputs[0].WithWidth(_columns);
    }

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes)
    {
        var (inner, columns) = Blocks(shapes);
        return InnerBlocks(inner) * ((_columns + columns - 1) / columns);
    }

    /// <inheritdoc/>
    public override bool SumsHalves(NodeShapes shapes, int rows) => GradientHalves.Pay(shapes, rows, _inner, _columns);

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 2L * shapes.Inputs[0].Size * _columns;

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows)
        => !MayHaveZeros(shapes) ? 0 : Math.Max((GatheredItems * (_inner + _columns + (2 * Padding))) + Math.Max(_inner, _columns),
            KeptSums.ScratchSize(GatheredItems, Math.Min(_inner, GatheredWidth), Math.Min(_columns, GatheredWidth)));

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int items = pass.Rows * pass.Shapes.Output.Positions;
        if (HasZeros(pass.Shapes, pass.Input(0), _inner, items))
        {
            MultiplyNonzero(pass.Input(0), _inner, pass.Packed(0), bias is null ? [] : pass.Parameter(1), pass.Output, _columns, items, accumulates: false, pass.End, pass.Scratch);
            return;
        }
        Multiply(pass.Input(0), _inner, pass.Packed(0), bias is null ? [] : pass.Parameter(1), pass.Output, _columns, items, _columns, accumulate: false, pass.End);
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int items = pass.Rows * pass.Shapes.Output.Positions;
        if (!pass.End.IsSlope && HasZeros(pass.Shapes, pass.OutputGradient, _columns, items))
        {
            MultiplyNonzero(pass.OutputGradient, _columns, pass.Packed(1), [], pass.InputGradient(0), _inner, items, pass.Accumulates(0), default, pass.Scratch);
            return;
        }
        Multiply(pass.OutputGradient, _columns, pass.Packed(1), [], pass.InputGradient(0), _inner, items, _inner, pass.Accumulates(0), pass.End);
    }

    /// <inheritdoc/>
    internal override int SharedWeights(NodeShapes shapes) => MayHaveZeros(shapes) ? 0 : _inner * _columns;

    /// <inheritdoc/>
    internal override void ForwardPart(in ForwardPass pass, int part, int parts)
    {
        var (first, count) = Columns(_columns, part, parts);
        Multiply(pass.Input(0), _inner, pass.Packed(0)[(first * _inner)..], bias is null ? [] : pass.Parameter(1)[first..], pass.Output[first..], _columns,
            pass.Rows * pass.Shapes.Output.Positions, count, accumulate: false, pass.End);
    }

    /// <inheritdoc/>
    internal override void BackwardPart(in BackwardPass pass, int part, int parts)
    {
        if (!pass.Wants(0)) return;
        var (first, count) = Columns(_inner, part, parts);
        Multiply(pass.OutputGradient, _columns, pass.Packed(1)[(first * _columns)..], [], pass.InputGradient(0)[first..], _inner,
            pass.Rows * pass.Shapes.Output.Positions, count, pass.Accumulates(0), pass.End.From(first));
    }

    /// <inheritdoc/>
    internal override bool TryBackward(in BackwardPass pass)
        => pass.Wants(0) && PlaneProducts.TryMultiply(pass.OutputGradients, pass.OutputGradientPlane, pass.Cotangents, pass.Packed(1), pass.InputGradients(0), pass.InputGradientPlane(0),
            pass.Rows * pass.Shapes.Output.Positions, _columns, _inner, pass.Accumulates(0), pass.End);

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        // Neighbouring units are one product, past which x and ∂y stream once: whole columns of units together, or part of one column.
        var (innerBlock, columnBlock) = Blocks(pass.Shapes);
        int innerBlocks = InnerBlocks(innerBlock);
        for (int unit = pass.FirstUnit, left = pass.Units; left > 0;)
        {
            int firstBlock = unit % innerBlocks, column = unit / innerBlocks;
            bool whole = firstBlock == 0 && left >= innerBlocks;
            int columns = whole ? left / innerBlocks : 1;
            int blocks = whole ? innerBlocks : Math.Min(left, innerBlocks - firstBlock);
            ParameterGradient(pass, firstBlock * innerBlock, blocks * innerBlock, column * columnBlock, columns * columnBlock);
            unit += blocks * columns;
            left -= blocks * columns;
        }
    }

    /// <inheritdoc/>
    internal override int GradientRows(NodeShapes shapes)
    {
        // Whole slices of the store; a kernel that is no longer than one may share it with others.
        int rows = StoreSlice.RowsOf(_columns);
        if (shapes.Output.Positions > 1 || kernel.Length <= StoreSlice.Floats) return 0;
        return _inner > TallBlock ? Math.Max(rows, WideBlock) : rows;
    }

    /// <inheritdoc/>
    internal override void RowGradient(in ParameterPass pass, int first, int count) => ParameterGradient(pass, first, count, 0, _columns);

    /// <inheritdoc/>
    internal override int PlaneWork(NodeShapes shapes, int rows) => PlaneProducts.IsSupported && rows * shapes.Output.Positions >= PlaneProducts.LeastTurnedRows ? PlaneProducts.WorkLength : 0;

    /// <inheritdoc/>
    internal override bool PrefersPlanes(ReadOnlySpan<float> gradients, int planes, int items) => PlaneProducts.IsQuickerTransposed(gradients, items * _columns, planes, items, _columns);

    /// <inheritdoc/>
    internal override void ParameterGradients(in ParameterPass pass, int part, int parts)
    {
        var (first, columns) = Columns(_columns, part, parts);
        if (columns == 0) return;
        int items = pass.Rows * pass.Shapes.Output.Positions;
        PlaneProducts.MultiplyTransposed(pass.Input(0), _inner, pass.OutputGradients, _columns, items * _columns, pass.Cotangents, pass.Gradients(0), _columns, pass.GradientPlane,
            items, 0, _inner, first, columns, pass.Accumulates(0), bias is null ? [] : pass.Gradients(1), pass.PlaneWork);
    }

    // Behind a rectifier half of x is zero, and of its gradient.
    private static void Multiply(ReadOnlySpan<float> x, int inner, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, Span<float> y, int stride, int items, int columns, bool accumulate, MatrixEnd end)
    {
        if (SparseProducts.TryMultiply(x, inner, packed, bias, y, stride, items, inner, columns, accumulate, end)) return;
        MatMul.Multiply(x, inner, packed, bias, y, stride, items, inner, columns, accumulate, end);
    }

    private void ParameterGradient(in ParameterPass pass, int firstInner, int innerCount, int firstColumn, int columnCount)
    {
        int items = pass.Rows * pass.Shapes.Output.Positions;
        innerCount = Math.Min(innerCount, _inner - firstInner);
        columnCount = Math.Min(columnCount, _columns - firstColumn);
        if (HasZeros(pass.Shapes, pass.Input(0), _inner, items)) AddNonzero(pass, items, firstInner, innerCount, firstColumn, columnCount);
        else if (!SparseProducts.TryMultiplyTransposed(pass.Input(0), _inner, pass.OutputGradient, _columns, pass.Gradient(0), _columns,
            items, firstInner, innerCount, firstColumn, columnCount, pass.Accumulates(0)))
        {
            int end = firstColumn + columnCount, step = ColumnsAtOnce(pass.Shapes, columnCount);
            for (int column = firstColumn; column < end; column += step)
            {
                MatMul.MultiplyTransposed(pass.Input(0), _inner, pass.OutputGradient, _columns, pass.Gradient(0), _columns,
                    items, firstInner, innerCount, column, Math.Min(step, end - column), pass.Accumulates(0));
            }
        }
        if (bias is not null && firstInner == 0)
        {
            Reductions.ColumnSums(pass.OutputGradient, _columns, items, firstColumn, columnCount, pass.Gradient(1), pass.Accumulates(1));
        }
    }

    // y (+)= x·W + b, whose rows of zeros are b: the others are put side by side, some at a time.
    private static void MultiplyNonzero(ReadOnlySpan<float> x, int inner, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, Span<float> y, int columns, int items, bool accumulates, MatrixEnd end, Span<float> scratch)
    {
        int left = inner + Padding, right = columns + Padding;
        var gathered = scratch[..(GatheredItems * left)];
        var products = scratch.Slice(gathered.Length, GatheredItems * right);
        var ofZero = scratch.Slice(gathered.Length + products.Length, columns);
        MatMul.Multiply([], 0, packed, bias, ofZero, columns, 1, 0, columns, accumulate: false, end);
        Span<int> places = stackalloc int[GatheredItems];
        for (int item = 0; item < items;)
        {
            int count = 0;
            for (; item < items && count < GatheredItems; item++)
            {
                var row = x.Slice(item * inner, inner);
                if (ZeroRows.IsZero(row))
                {
                    if (!accumulates) ofZero.CopyTo(y[(item * columns)..]);
                    continue;
                }
                row.CopyTo(gathered[(count * left)..]);
                if (accumulates) y.Slice(item * columns, columns).CopyTo(products[(count * right)..]);
                places[count++] = item;
            }
            MatMul.Multiply(gathered, left, packed, bias, products, right, count, inner, columns, accumulates, end);
            for (int i = 0; i < count; i++) products.Slice(i * right, columns).CopyTo(y[(places[i] * columns)..]);
        }
    }

    // A piece of the kernel's gradient from the positions where x is not zero.
    private void AddNonzero(in ParameterPass pass, int items, int firstInner, int innerCount, int firstColumn, int columnCount)
    {
        Span<float> mask = stackalloc float[MaskedItems];
        Span<int> places = stackalloc int[GatheredItems];
        for (int first = 0; first < items; first += MaskedItems)
        {
            int count = Math.Min(MaskedItems, items - first);
            var x = pass.Input(0).Slice(first * _inner, count * _inner);
            var gradient = pass.OutputGradient.Slice(first * _columns, count * _columns);
            ZeroRows.Mask(x, _inner, mask[..count]);
            var sums = new KeptSums(mask[..count], count, places, pass.Scratch);
            for (int c = firstColumn; c < firstColumn + columnCount; c += GatheredWidth)
            {
                sums.Begin();
                while (sums.Next())
                {
                    sums.TakeRight(gradient[c..], _columns, Math.Min(GatheredWidth, firstColumn + columnCount - c));
                    for (int i = firstInner; i < firstInner + innerCount; i += GatheredWidth)
                    {
                        sums.Add(x[i..], _inner, Math.Min(GatheredWidth, firstInner + innerCount - i), pass.Gradient(0)[((i * _columns) + c)..], _columns,
                            pass.Accumulates(0) || first > 0 || sums.Accumulates);
                    }
                }
            }
        }
    }

    private bool MayHaveZeros(NodeShapes shapes) => shapes.Output.Positions > 1 && _inner * _columns >= LeastWeights;

    private bool HasZeros(NodeShapes shapes, ReadOnlySpan<float> rows, int width, int items) => MayHaveZeros(shapes) && ZeroRows.Count(rows, width, items) > items / LeastShare;

    private (int Inner, int Columns) Blocks(NodeShapes shapes)
    {
        if (shapes.Output.Positions > 1) return (SequenceBlock, ColumnBlock);
        if (_inner <= TallBlock) return (TallBlock, ColumnBlock / 2);
        return (WideBlock, _columns);
    }

    // How many columns a product past a copied piece of x takes: nearly as many each time.
    private int ColumnsAtOnce(NodeShapes shapes, int columns)
    {
        if (shapes.Output.Positions > 1 || _inner <= TallBlock) return columns;
        int panels = MatMul.PanelCount(columns), pieces = (columns + WideColumns - 1) / WideColumns;
        return (panels + pieces - 1) / pieces * MatMul.PanelWidth;
    }

    // Of so many columns, those of one of some parts: whole panels.
    private static (int First, int Count) Columns(int columns, int part, int parts)
    {
        int panels = MatMul.PanelCount(columns), first = panels * part / parts * MatMul.PanelWidth;
        return (first, Math.Min(columns, panels * (part + 1) / parts * MatMul.PanelWidth) - first);
    }

    private int InnerBlocks(int block) => (_inner + block - 1) / block;
}
