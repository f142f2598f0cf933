using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The Euclidean distance of two vectors, at every position by itself.</summary>
/// <remarks>y = √(Σ (a − b)² + ε²), so that the slope exists at equal vectors (it is 0). a, b [.., width], y [.., 1]. ∂a = −∂b = ∂y·(a − b)/y.</remarks>
/// <param name="epsilon">ε, the least distance.</param>
public sealed class VectorDistance(double epsilon) : Operation
{
    private const long WorkEach = 3;

    /// <inheritdoc/>
    public override string Kind => "vector_distance";

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => SameShapes.Of(inputs).WithWidth(1);

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Inputs[0].Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int width = pass.Shapes.Inputs[0].Width;
        for (int item = 0; item < pass.Output.Length; item++)
        {
            var a = pass.Input(0).Slice(item * width, width);
            var b = pass.Input(1).Slice(item * width, width);
            double sum = epsilon * epsilon;
            for (int i = 0; i < a.Length; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
            pass.Output[item] = (float)Math.Sqrt(sum);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        int width = pass.Shapes.Inputs[0].Width;
        for (int item = 0; item < pass.OutputGradient.Length; item++)
        {
            float slope = pass.OutputGradient[item] / pass.Output[item];
            if (!float.IsFinite(slope)) slope = 0;                 // ε of 0 and equal vectors
            for (int input = 0; input < 2; input++)
            {
                if (!pass.Wants(input)) continue;
                var a = pass.Input(input).Slice(item * width, width);
                var b = pass.Input(1 - input).Slice(item * width, width);
                var da = pass.InputGradient(input).Slice(item * width, width);
                for (int i = 0; i < da.Length; i++) da[i] += slope * (a[i] - b[i]);
            }
        }
    }
}
