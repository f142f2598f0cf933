using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The point of the probability simplex nearest to x, over the last axis: yᵢ = max(xᵢ − τ, 0) with τ such that Σ y = 1. Many entries become exactly zero.</summary>
/// <remarks>
/// ∂x = ∂y − mean of ∂y over the entries that are not zero, there; 0 elsewhere.
/// Source: Martins and Astudillo, "From softmax to sparsemax", 2016, Algorithm 1 and equation 13. Differs from Keras 3, whose rows do not sum to 1 when several entries survive.
/// </remarks>
public sealed class SparsemaxRows : Operation
{
    private const long WorkEach = 40;

    /// <inheritdoc/>
    public override string Kind => "sparsemax";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Output;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows) => shapes.Output.Width;

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
            float max = Reductions.Max(x);
            var sorted = pass.Scratch[..width];
            x.CopyTo(sorted);
            sorted.Sort();
            double sum = 0, threshold = 0;
            for (int k = 1; k <= width; k++)
            {
                // Relative to the maximum, so that nothing is lost for large x.
                double z = (double)sorted[width - k] - max;
                sum += z;
                if (1 + (k * z) <= sum) break;
                threshold = (sum - 1) / k;
            }
            for (int i = 0; i < width; i++) y[i] = float.IsFinite(max) ? (float)Math.Max((double)x[i] - max - threshold, 0) : float.NaN;
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
            double sum = 0;
            int count = 0;
            for (int i = 0; i < width; i++)
            {
                if (y[i] <= 0) continue;
                sum += dy[i];
                count++;
            }
            float mean = count == 0 ? 0 : (float)(sum / count);
            for (int i = 0; i < width; i++)
            {
                if (y[i] > 0) dx[i] += dy[i] - mean;
            }
        }
    }
}
