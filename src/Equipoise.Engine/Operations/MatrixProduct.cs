using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Y = A·B or A·Bᵀ of two matrices of the same row; vectors count as matrices of one line.</summary>
/// <remarks>A [m, n]; B [n, p], or [p, n] if it is transposed; Y [m, p]. ∂A = ∂Y·Bᵀ, ∂B = Aᵀ·∂Y, or ∂A = ∂Y·B, ∂B = ∂Yᵀ·A.</remarks>
/// <param name="transposes">Whether B is transposed.</param>
public sealed class MatrixProduct(bool transposes) : Operation
{
    /// <inheritdoc/>
    public override string Kind => "matrix_product";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs[0].Rank is 0 or > 2 || inputs[1].Rank is 0 or > 2) throw new ShapeException($"multiplies vectors or matrices, but the inputs are {inputs[0]} and {inputs[1]}");
        int inner = transposes ? inputs[1].Width : inputs[1].Positions;
        if (inputs[0].Width != inner) throw new ShapeException($"cannot sum {inputs[0].Width} numbers of {inputs[0]} against {inner} of {inputs[1]}");
        return new Shape(inputs[0].Positions, transposes ? inputs[1].Positions : inputs[1].Width);
    }

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 2L * shapes.Inputs[0].Size * shapes.Output.Width;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var (lines, inner, columns) = Sizes(pass.Shapes);
        for (int row = 0; row < pass.Rows; row++)
        {
            var a = pass.Input(0).Slice(row * lines * inner, lines * inner);
            var b = pass.Input(1).Slice(row * inner * columns, inner * columns);
            var y = pass.Output.Slice(row * lines * columns, lines * columns);
            if (!transposes) MatMul.MultiplyUnpacked(a, inner, b, columns, y, columns, lines, inner, columns, accumulate: false);
            else Dots(a, b, inner, columns, y, accumulate: false);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        var (lines, inner, columns) = Sizes(pass.Shapes);
        for (int row = 0; row < pass.Rows; row++)
        {
            var a = pass.Input(0).Slice(row * lines * inner, lines * inner);
            var b = pass.Input(1).Slice(row * inner * columns, inner * columns);
            var dy = pass.OutputGradient.Slice(row * lines * columns, lines * columns);
            if (pass.Wants(0))
            {
                var da = pass.InputGradient(0).Slice(row * lines * inner, lines * inner);
                if (transposes) MatMul.MultiplyUnpacked(dy, columns, b, inner, da, inner, lines, columns, inner, accumulate: true);
                else Dots(dy, b, columns, inner, da, accumulate: true);
            }
            if (pass.Wants(1))
            {
                var db = pass.InputGradient(1).Slice(row * inner * columns, inner * columns);
                if (transposes) MatMul.MultiplyTransposed(dy, columns, a, inner, db, inner, lines, 0, columns, 0, inner, accumulate: true);
                else MatMul.MultiplyTransposed(a, inner, dy, columns, db, columns, lines, 0, inner, 0, columns, accumulate: true);
            }
        }
    }

    private (int Lines, int Inner, int Columns) Sizes(NodeShapes shapes) => (shapes.Inputs[0].Positions, shapes.Inputs[0].Width, shapes.Output.Width);

    // Y[i, j] = line i of A against line j of B.
    private static void Dots(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int inner, int columns, Span<float> y, bool accumulate)
    {
        for (int at = 0; at < y.Length; at++)
        {
            float dot = Reductions.Dot(a.Slice(at / columns * inner, inner), b.Slice(at % columns * inner, inner));
            y[at] = accumulate ? y[at] + dot : dot;
        }
    }
}
