using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = Σ over j of a[j] × xⱼ over inputs of one shape, with a learned factor for each input, the same for all rows.</summary>
/// <remarks>∂xⱼ = a[j] × ∂y; ∂a[j] = Σ over rows of xⱼ · ∂y, the products of a row summed as in <see cref="Reductions.Dot"/>, the rows in order.</remarks>
/// <param name="factors">a, one for each input.</param>
public sealed class LearnedSum(Parameter factors) : Operation
{
    /// <inheritdoc/>
    public override string Kind => "learned_sum";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [factors];

    /// <inheritdoc/>
    public override Keeps Keeps => factors.Trainable ? Keeps.InputsForParameters | Keeps.OutputGradientForParameters : Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
        => inputs.Length == factors.Length ? SameShapes.Of(inputs) : throw new ShapeException($"has {factors.Length} factors, but {inputs.Length} inputs");

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => factors.Length;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 2L * shapes.Output.Size * shapes.Inputs.Count;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var a = pass.Parameter(0);
        Elementwise.Scale(pass.Input(0), a[0], pass.Output);
        for (int j = 1; j < a.Length; j++) Elementwise.AddScaled(pass.Input(j), a[j], pass.Output);
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        var a = pass.Parameter(0);
        for (int j = 0; j < a.Length; j++)
        {
            if (pass.Wants(j)) Elementwise.AddScaled(pass.OutputGradient, a[j], pass.InputGradient(j));
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        var gradient = pass.Gradient(0);
        int size = pass.Shapes.Output.Size;
        for (int j = pass.FirstUnit; j < pass.FirstUnit + pass.Units; j++)
        {
            float sum = pass.Accumulates(0) ? gradient[j] : 0;
            for (int row = 0; row < pass.Rows; row++) sum += Reductions.Dot(pass.Input(j).Slice(row * size, size), pass.OutputGradient.Slice(row * size, size));
            gradient[j] = sum;
        }
    }
}
