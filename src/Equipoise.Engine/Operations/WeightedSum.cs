using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = Σ wᵢ·xᵢ over inputs of one shape, with fixed weights: sums, differences, means, multiples.</summary>
/// <param name="kind">Name of the kind.</param>
/// <param name="weights">A weight for each input.</param>
public sealed class WeightedSum(string kind, params float[] weights) : Operation
{
    /// <inheritdoc/>
    public override string Kind => kind;

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
        => inputs.Length == weights.Length ? SameShapes.Of(inputs) : throw new ShapeException($"wants {weights.Length} inputs, but has {inputs.Length}");

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        if (weights[0] == 1) pass.Input(0).CopyTo(pass.Output);
        else Elementwise.Scale(pass.Input(0), weights[0], pass.Output);
        for (int i = 1; i < weights.Length; i++) Elementwise.AddScaled(pass.Input(i), weights[i], pass.Output);
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (pass.Wants(i)) Elementwise.AddScaled(pass.OutputGradient, weights[i], pass.InputGradient(i));
        }
    }
}
