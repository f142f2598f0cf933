using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Largest number of each column over the steps of a sequence: [length, width] becomes [width]. With a mask as second input, over the kept steps; of none, zero.</summary>
/// <remarks>The gradient goes to the first of equal numbers. NaN stays NaN. Differs from Keras, which has no masked form.</remarks>
public sealed class MaxOverTime : Operation
{
    private const float None = -1;

    /// <inheritdoc/>
    public override string Kind => "max_over_time";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => TimePooling.Shape(inputs);

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => input == 0;

    /// <summary>The step of each largest number.</summary>
    public override int TapeSize(NodeShapes shapes) => shapes.Output.Size;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => shapes.Inputs[0].Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int length = pass.Shapes.Inputs[0][0];
        int width = pass.Shapes.Output.Width;
        bool isMasked = pass.Shapes.Inputs.Count > 1;
        for (int row = 0; row < pass.Rows; row++)
        {
            var largest = pass.Output.Slice(row * width, width);
            var steps = pass.Tape.Slice(row * width, width);
            largest.Clear();
            steps.Fill(None);
            bool isFirst = true;
            for (int t = 0; t < length; t++)
            {
                if (isMasked && pass.Input(1)[(row * length) + t] == 0) continue;
                var x = pass.Input(0).Slice(((row * length) + t) * width, width);
                if (isFirst)
                {
                    x.CopyTo(largest);
                    steps.Fill(t);
                    isFirst = false;
                }
                else
                {
                    LargestSteps.Update(x, t, largest, steps);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int length = pass.Shapes.Inputs[0][0];
        int width = pass.Shapes.Output.Width;
        var gradient = pass.OutputGradient;
        var steps = pass.Tape;
        var inputGradient = pass.InputGradient(0);
        for (int row = 0; row < pass.Rows; row++)
        {
            for (int c = 0; c < width; c++)
            {
                int step = (int)steps[(row * width) + c];
                if (step >= 0) inputGradient[(((row * length) + step) * width) + c] += gradient[(row * width) + c];
            }
        }
    }
}
