using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = x₀·x₁·..., number by number, over inputs of one shape.</summary>
/// <remarks>∂xᵢ = ∂y times all other inputs.</remarks>
public sealed class Product : Operation
{
    /// <inheritdoc/>
    public override string Kind => "product";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => SameShapes.Of(inputs);

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows) => shapes.Inputs.Count > 2 ? rows * shapes.Output.Size : 0;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        pass.Input(0).CopyTo(pass.Output);
        for (int i = 1; i < pass.Shapes.Inputs.Count; i++) Elementwise.Multiply(pass.Output, pass.Input(i), pass.Output);
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        int inputs = pass.Shapes.Inputs.Count;
        for (int i = 0; i < inputs; i++)
        {
            if (!pass.Wants(i)) continue;
            if (inputs == 1) Elementwise.AddTo(pass.OutputGradient, pass.InputGradient(i));
            else if (inputs == 2) Elementwise.MultiplyAddTo(pass.OutputGradient, pass.Input(1 - i), pass.InputGradient(i));
            else AddOthers(pass, i);
        }
    }

    private static void AddOthers(in BackwardPass pass, int input)
    {
        var product = pass.Scratch[..pass.OutputGradient.Length];
        pass.OutputGradient.CopyTo(product);
        for (int j = 0; j < pass.Shapes.Inputs.Count; j++)
        {
            if (j != input) Elementwise.Multiply(product, pass.Input(j), product);
        }
        Elementwise.AddTo(product, pass.InputGradient(input));
    }
}
