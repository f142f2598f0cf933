using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>A mask of indices: 1 where the index is not 0, 0 where it is, since 0 stands for padding.</summary>
public sealed class NotZeroMask : Operation
{
    /// <inheritdoc/>
    public override string Kind => "not_zero_mask";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => false;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var indices = pass.Indices(0);
        var output = pass.Output;
        for (int i = 0; i < output.Length; i++) output[i] = indices[i] != 0 ? 1 : 0;
    }
}
