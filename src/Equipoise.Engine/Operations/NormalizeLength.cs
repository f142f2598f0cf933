using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Divides the vector at each position by its length, so that only its direction is left.</summary>
/// <remarks>y = x/max(|x|, ε); a vector of zeros stays zero. ∂x = (∂y − y·(∂y·y))/|x|, and ∂y/ε below ε. Lengths are summed in double.</remarks>
/// <param name="epsilon">ε.</param>
public sealed class NormalizeLength(double epsilon) : Operation
{
    private const long WorkEach = 4;

    /// <inheritdoc/>
    public override string Kind => "normalize_length";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Output;

    // max(|x|, ε) of each position.
    /// <inheritdoc/>
    public override int TapeSize(NodeShapes shapes) => shapes.Output.Positions;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int width = pass.Shapes.Output.Width;
        for (int item = 0; item < pass.Output.Length / width; item++)
        {
            var x = pass.Input(0).Slice(item * width, width);
            float length = (float)Math.Max(Math.Sqrt(Reductions.SumOfSquaresDouble(x)), epsilon);
            pass.Tape[item] = length;
            Elementwise.Scale(x, 1 / length, pass.Output.Slice(item * width, width));
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int width = pass.Shapes.Output.Width;
        for (int item = 0; item < pass.OutputGradient.Length / width; item++)
        {
            var y = pass.Output.Slice(item * width, width);
            var dy = pass.OutputGradient.Slice(item * width, width);
            var dx = pass.InputGradient(0).Slice(item * width, width);
            float length = pass.Tape[item], along = length > (float)epsilon ? Reductions.Dot(dy, y) : 0;
            for (int i = 0; i < dx.Length; i++) dx[i] += (dy[i] - (y[i] * along)) / length;
        }
    }
}
