using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Several narrow affine layers of one input as a single product: their columns side by side, padded to whole vectors once instead of for each.</summary>
/// <remarks>
/// y = x·[W₁ W₂ ...] + [b₁ b₂ ...]; a <see cref="StackPart"/> takes out the columns of each layer. The compiler makes it, nobody else. Weights and gradients stay with the layers.
/// Every number is the same chain of multiply-adds as in the layers by themselves.
/// </remarks>
internal sealed class StackedAffine : Operation
{
    private const int InnerBlock = 64;
    private readonly (Parameter Kernel, Parameter Bias)[] _layers;
    private readonly int[] _offsets;
    private readonly int _inner;
    private readonly int _columns;

    public StackedAffine(IReadOnlyList<(Parameter Kernel, Parameter Bias)> layers)
    {
        _layers = [.. layers];
        _inner = layers[0].Kernel.Shape[0];
        _offsets = new int[layers.Count];
        for (int i = 0; i < _layers.Length; i++)
        {
            _offsets[i] = _columns;
            _columns += _layers[i].Kernel.Shape[1];
        }
        var stack = new PackedStack([.. layers.Select(l => l.Kernel)]);
        Parameters = [.. layers.SelectMany(l => (Parameter[])[l.Kernel, l.Bias])];
        Packed =
        [
            .. _layers.Select((l, i) => new Packed(l.Kernel, Transposed: false) { Stack = stack, Offset = _offsets[i] }),
            .. _layers.Select((l, i) => new Packed(l.Kernel, Transposed: true, PackedUse.InputGradient) { Stack = stack, Offset = _offsets[i] }),
        ];
    }

    /// <inheritdoc/>
    public override string Kind => "stacked_affine";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Packed> Packed { get; }

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.InputsForParameters | Keeps.OutputGradientForParameters;

    /// <inheritdoc/>
    public override bool Overwrites => true;

    /// <inheritdoc/>
    public override bool TakesEnds => true;

    public int OffsetOf(int layer) => _offsets[layer];

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0].WithWidth(_columns);

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows) => (InnerBlock + 1) * _columns;

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => (_inner + InnerBlock - 1) / InnerBlock;

    /// <inheritdoc/>
    public override bool SumsHalves(NodeShapes shapes, int rows) => GradientHalves.Pay(shapes, rows, _inner, _columns);

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 2L * shapes.Inputs[0].Size * _columns;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var biases = pass.Scratch[.._columns];
        for (int i = 0; i < _layers.Length; i++) pass.Parameter((2 * i) + 1).CopyTo(biases[_offsets[i]..]);
        int items = pass.Rows * pass.Shapes.Output.Positions;
        MatMul.Multiply(pass.Input(0), _inner, pass.Packed(0), biases, pass.Output, _columns, items, _inner, _columns, accumulate: false, pass.End);
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int items = pass.Rows * pass.Shapes.Output.Positions;
        MatMul.Multiply(pass.OutputGradient, _columns, pass.Packed(_layers.Length), [], pass.InputGradient(0), _inner, items, _columns, _inner, pass.Accumulates(0), pass.End);
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        int items = pass.Rows * pass.Shapes.Output.Positions;
        for (int unit = pass.FirstUnit; unit < pass.FirstUnit + pass.Units; unit++)
        {
            int first = unit * InnerBlock, count = Math.Min(InnerBlock, _inner - first);
            var block = pass.Scratch[..(count * _columns)];
            bool adds = pass.Accumulates(0);
            for (int i = 0; adds && i < _layers.Length; i++) Copy(GradientOf(pass, i, first, count), Width(i), block[_offsets[i]..], _columns, count, Width(i));
            MatMul.MultiplyTransposed(pass.Input(0)[first..], _inner, pass.OutputGradient, _columns, block, _columns, items, 0, count, 0, _columns, adds);
            for (int i = 0; i < _layers.Length; i++) Copy(block[_offsets[i]..], _columns, GradientOf(pass, i, first, count), Width(i), count, Width(i));
            if (first > 0) continue;
            var sums = pass.Scratch.Slice(InnerBlock * _columns, _columns);
            for (int i = 0; adds && i < _layers.Length; i++) pass.Gradient((2 * i) + 1).CopyTo(sums[_offsets[i]..]);
            Reductions.ColumnSums(pass.OutputGradient, _columns, items, 0, _columns, sums, adds);
            for (int i = 0; i < _layers.Length; i++) sums.Slice(_offsets[i], Width(i)).CopyTo(pass.Gradient((2 * i) + 1));
        }
    }

    private int Width(int layer) => _layers[layer].Kernel.Shape[1];

    private Span<float> GradientOf(in ParameterPass pass, int layer, int first, int count) => pass.Gradient(2 * layer).Slice(first * Width(layer), count * Width(layer));

    private static unsafe void Copy(ReadOnlySpan<float> from, int fromStride, Span<float> to, int toStride, int rows, int width)
    {
        fixed (float* source = from[..(((rows - 1) * fromStride) + width)], target = to[..(((rows - 1) * toStride) + width)]) MatrixPacking.CopyRows(source, fromStride, target, toStride, rows, width);
    }
}
