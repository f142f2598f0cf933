using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = x.</summary>
public sealed class Identity : Operation
{
    /// <inheritdoc/>
    public override string Kind => "identity";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass) => pass.Input(0).CopyTo(pass.Output);

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass) => Elementwise.AddTo(pass.OutputGradient, pass.InputGradient(0));
}
