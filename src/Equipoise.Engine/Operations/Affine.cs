using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = x·W + b on the last axis: a dense layer, on vectors or at every position of a sequence or an image.</summary>
/// <remarks>W [in, out], b [out] or none. ∂x = ∂y·Wᵀ; ∂W = xᵀ·∂y and ∂b = Σ ∂y over rows and positions.</remarks>
/// <param name="kernel">W.</param>
/// <param name="bias">b, or null.</param>
public sealed class Affine(Parameter kernel, Parameter? bias) : Operation
{
    private const int InnerBlock = 64;
    private const int ColumnBlock = 4 * MatMul.PanelWidth;
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
    public override int Units(NodeShapes shapes) => InnerBlocks * ((_columns + ColumnBlock - 1) / ColumnBlock);

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 2L * shapes.Inputs[0].Size * _columns;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int items = pass.Rows * pass.Shapes.Output.Positions;
        MatMul.Multiply(pass.Input(0), _inner, pass.Packed(0), bias is null ? [] : pass.Parameter(1), pass.Output, _columns, items, _inner, _columns, accumulate: false, pass.End);
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int items = pass.Rows * pass.Shapes.Output.Positions;
        MatMul.Multiply(pass.OutputGradient, _columns, pass.Packed(1), [], pass.InputGradient(0), _inner, items, _columns, _inner, pass.Accumulates(0), pass.End);
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        // Neighbouring units are one product, past which x and ∂y stream once: whole columns of units together, or part of one column.
        for (int unit = pass.FirstUnit, left = pass.Units; left > 0;)
        {
            int firstBlock = unit % InnerBlocks, column = unit / InnerBlocks;
            bool whole = firstBlock == 0 && left >= InnerBlocks;
            int columns = whole ? left / InnerBlocks : 1;
            int blocks = whole ? InnerBlocks : Math.Min(left, InnerBlocks - firstBlock);
            ParameterGradient(pass, firstBlock * InnerBlock, blocks * InnerBlock, column * ColumnBlock, columns * ColumnBlock);
            unit += blocks * columns;
            left -= blocks * columns;
        }
    }

    private void ParameterGradient(in ParameterPass pass, int firstInner, int innerCount, int firstColumn, int columnCount)
    {
        int items = pass.Rows * pass.Shapes.Output.Positions;
        innerCount = Math.Min(innerCount, _inner - firstInner);
        columnCount = Math.Min(columnCount, _columns - firstColumn);
        MatMul.MultiplyTransposed(pass.Input(0), _inner, pass.OutputGradient, _columns, pass.Gradient(0), _columns,
            items, firstInner, innerCount, firstColumn, columnCount, pass.Accumulates(0));
        if (bias is not null && firstInner == 0)
        {
            Reductions.ColumnSums(pass.OutputGradient, _columns, items, firstColumn, columnCount, pass.Gradient(1), pass.Accumulates(1));
        }
    }

    private int InnerBlocks => (_inner + InnerBlock - 1) / InnerBlock;
}
