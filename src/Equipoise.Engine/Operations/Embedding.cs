using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Looks up a vector for each index: [length] whole numbers become [length, width].</summary>
/// <remarks>The table is [vocabulary, width]. Its gradient is as large as the table, each row the sum over the places where its index stands, in the order of the rows of the batch; rows whose index does not stand
/// in the batch are zero and are not touched, where no other kind of operation shares the table (see <see cref="RowMarks"/>).</remarks>
/// <param name="table">The table.</param>
public sealed class Embedding(Parameter table) : Operation
{
    // A look-up in memory costs about as much as so many arithmetic operations a number.
    private const int LookUpWork = 8;
    // Rows of a wide table are not in the caches: they are asked for this many entries ahead.
    private const int Ahead = 8;
    private readonly int _vocabulary = table.Shape[0];
    private readonly int _width = table.Shape[1];

    /// <inheritdoc/>
    public override string Kind => "embedding";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [table];

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.OutputGradientForParameters;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs[0].Rank != 1) throw new ShapeException($"wants rows of [length] indices but the input is {inputs[0]}");
        return new Shape(inputs[0][0], _width);
    }

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => false;

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => TableRows.Parts;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => (long)LookUpWork * shapes.Output.Size;

    /// <inheritdoc/>
    internal override bool MarksRows(int parameter) => true;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var indices = pass.Indices(0);
        var values = pass.Parameter(0);
        var output = pass.Output;
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)_vocabulary) ThrowIndex(indices[i]);
            if (i + Ahead < indices.Length && (uint)indices[i + Ahead] < (uint)_vocabulary) CacheLines.Fetch(values.Slice(indices[i + Ahead] * _width, _width));
            values.Slice(indices[i] * _width, _width).CopyTo(output[(i * _width)..]);
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        pass.ClearRows(0);
        TableRows.Scatter(pass.Indices(0), pass.OutputGradient, _width, pass.Gradient(0), pass.FirstUnit, pass.Units, pass.Marks(0));
    }

    private void ThrowIndex(int index) => throw new ArgumentOutOfRangeException(nameof(index), $"Index {index} is outside the vocabulary of {_vocabulary}, of '{table.Name}'.");
}
