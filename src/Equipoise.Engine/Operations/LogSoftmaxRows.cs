using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The logarithm of softmax over the last axis: yᵢ = xᵢ − log Σ e^xⱼ, at every position.</summary>
/// <remarks>∂x = ∂y − e^y·Σ ∂y.</remarks>
public sealed class LogSoftmaxRows : Operation
{
    private const long WorkEach = 24;

    /// <inheritdoc/>
    public override string Kind => "log_softmax";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Output;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int width = pass.Shapes.Output.Width;
        for (int first = 0; first < pass.Output.Length; first += width)
        {
            var x = pass.Input(0).Slice(first, width);
            var y = pass.Output.Slice(first, width);
            // Shift before subtracting: for large x the difference to the maximum is exact, the difference to the whole sum is not.
            float max = Reductions.Max(x), log = Softmax.LogSumExp(x);
            float rest = log - max;
            if (!float.IsFinite(max)) for (int i = 0; i < width; i++) y[i] = x[i] - log;
            else for (int i = 0; i < width; i++) y[i] = x[i] - max - rest;
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int width = pass.Shapes.Output.Width;
        for (int first = 0; first < pass.Output.Length; first += width)
        {
            var y = pass.Output.Slice(first, width);
            var dy = pass.OutputGradient.Slice(first, width);
            var dx = pass.InputGradient(0).Slice(first, width);
            float sum = Reductions.Sum(dy);
            for (int i = 0; i < width; i++) dx[i] += dy[i] - (Exponentials.Exp(y[i]) * sum);
        }
    }
}
