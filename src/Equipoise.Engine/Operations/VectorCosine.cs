using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The cosine of the angle between two vectors, at every position by itself.</summary>
/// <remarks>
/// y = offset + factor·a·b/(max(|a|, ε)·max(|b|, ε)); a vector of zeros gives a cosine of 0. a, b [.., width], y [.., 1].
/// ∂a = factor·∂y·(b/|b| − cos·a/|a|)/|a|, the second part only where |a| &gt; ε; the same for b. Lengths are summed in double.
/// </remarks>
/// <param name="factor">What the cosine is multiplied with: 1, or −1 for a distance.</param>
/// <param name="offset">What is added: 0, or 1 for a distance.</param>
/// <param name="epsilon">ε.</param>
public sealed class VectorCosine(float factor = 1, float offset = 0, double epsilon = 1e-7) : Operation
{
    private const long WorkEach = 6;

    /// <inheritdoc/>
    public override string Kind => "vector_cosine";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs;

    // max(|a|, ε), max(|b|, ε) and the cosine.
    /// <inheritdoc/>
    public override int TapeSize(NodeShapes shapes) => 3 * shapes.Output.Size;

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
            double lengthA = Math.Max(Math.Sqrt(Reductions.SumOfSquaresDouble(a)), epsilon), lengthB = Math.Max(Math.Sqrt(Reductions.SumOfSquaresDouble(b)), epsilon);
            float cosine = (float)(Reductions.DotDouble(a, b) / (lengthA * lengthB));
            pass.Tape[3 * item] = (float)lengthA;
            pass.Tape[(3 * item) + 1] = (float)lengthB;
            pass.Tape[(3 * item) + 2] = cosine;
            pass.Output[item] = offset + (factor * cosine);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        int width = pass.Shapes.Inputs[0].Width;
        for (int item = 0; item < pass.OutputGradient.Length; item++)
        {
            float cosine = pass.Tape[(3 * item) + 2];
            for (int input = 0; input < 2; input++)
            {
                if (!pass.Wants(input)) continue;
                float own = pass.Tape[(3 * item) + input], other = pass.Tape[(3 * item) + 1 - input];
                float slope = factor * pass.OutputGradient[item] / own, back = own > (float)epsilon ? cosine / own : 0;
                var a = pass.Input(input).Slice(item * width, width);
                var b = pass.Input(1 - input).Slice(item * width, width);
                var da = pass.InputGradient(input).Slice(item * width, width);
                for (int i = 0; i < da.Length; i++) da[i] += slope * ((b[i] / other) - (a[i] * back));
            }
        }
    }
}
