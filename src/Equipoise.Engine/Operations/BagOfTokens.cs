using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = Σ weight × W[index] + b over the entries of a sparse bag: a dense layer on a wide input of which few numbers are not zero.</summary>
/// <remarks>W [vocabulary, units], b [units] or none. An index that stands several times counts each time. An empty bag gives b. The cost of forward is that of the entries, whatever the
/// vocabulary; the gradient of W is as large as W, but only rows whose index stands in the batch are touched, where no other kind of operation shares W (see <see cref="RowMarks"/>).</remarks>
/// <param name="kernel">W.</param>
/// <param name="bias">b, or null.</param>
public sealed class BagOfTokens(Parameter kernel, Parameter? bias) : Operation
{
    // Entries of a row are not known before the data; a text has some hundred.
    private const int UsualEntries = 100;
    private const int LookUpWork = 8;
    private readonly int _vocabulary = kernel.Shape[0];
    private readonly int _units = kernel.Shape[1];

    /// <inheritdoc/>
    public override string Kind => "bag_of_tokens";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = bias is null ? [kernel] : [kernel, bias];

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.OutputGradientForParameters;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs[0].Size != _vocabulary) throw new ShapeException($"the kernel has {_vocabulary} rows, but the bags are of {inputs[0].Size} indices");
        return new Shape(_units);
    }

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => false;

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => TableRows.Parts;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => (long)LookUpWork * UsualEntries * _units;

    /// <inheritdoc/>
    internal override bool MarksRows(int parameter) => parameter == 0;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var bag = pass.Bag(0);
        var values = pass.Parameter(0);
        var output = pass.Output;
        for (int row = 0; row < pass.Rows; row++)
        {
            var indices = bag.Indices.Slice(bag.Starts[row], bag.Lengths[row]);
            foreach (int index in indices)
            {
                if ((uint)index >= (uint)_vocabulary) ThrowIndex(index);
            }
            var sums = output.Slice(row * _units, _units);
            if (bias is null) sums.Clear();
            else pass.Parameter(1).CopyTo(sums);
            TableRows.AddWeighted(indices, bag.Weights.Slice(bag.Starts[row], bag.Lengths[row]), values, _units, sums);
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        var bag = pass.Bag(0);
        var outputGradient = pass.OutputGradient;
        var gradient = pass.Gradient(0);
        var marks = pass.Marks(0);
        pass.ClearRows(0);
        for (int row = 0; row < pass.Rows; row++)
        {
            var indices = bag.Indices.Slice(bag.Starts[row], bag.Lengths[row]);
            TableRows.ScatterWeighted(indices, bag.Weights.Slice(bag.Starts[row], bag.Lengths[row]),
                outputGradient.Slice(row * _units, _units), gradient, pass.FirstUnit, pass.Units, marks);
        }
        if (bias is not null && pass.FirstUnit == 0) Reductions.ColumnSums(outputGradient, _units, pass.Rows, 0, _units, pass.Gradient(1), pass.Accumulates(1));
    }

    private void ThrowIndex(int index) => throw new ArgumentOutOfRangeException(nameof(index), $"Index {index} is outside the vocabulary of {_vocabulary}, of '{kernel.Name}'.");
}
