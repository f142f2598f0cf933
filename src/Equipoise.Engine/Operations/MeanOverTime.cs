using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Mean of the steps of a sequence: [length, width] becomes [width]. With a mask as second input, the mean of the kept steps; of none, zero.</summary>
/// <remarks>Differs from Keras where no step is kept: there 0 / 0.</remarks>
public sealed class MeanOverTime : Operation
{
    /// <inheritdoc/>
    public override string Kind => "mean_over_time";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => TimePooling.Shape(inputs);

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => input == 0;

    /// <inheritdoc/>
    public override int TapeSize(NodeShapes shapes) => shapes.Inputs[0][0];

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
            var shares = pass.Tape.Slice(row * length, length);
            int kept = length;
            if (isMasked)
            {
                var mask = pass.Input(1).Slice(row * length, length);
                kept = length - mask.Count(0f);
                for (int t = 0; t < length; t++) shares[t] = mask[t] != 0 ? 1f / kept : 0;
            }
            else
            {
                shares.Fill(1f / length);
            }
            var mean = pass.Output.Slice(row * width, width);
            mean.Clear();
            for (int t = 0; t < length; t++)
            {
                if (shares[t] != 0) Elementwise.AddTo(pass.Input(0).Slice(((row * length) + t) * width, width), mean);
            }
            if (kept > 0) Elementwise.Scale(1f / kept, mean);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int length = pass.Shapes.Inputs[0][0];
        int width = pass.Shapes.Output.Width;
        for (int row = 0; row < pass.Rows; row++)
        {
            var gradient = pass.OutputGradient.Slice(row * width, width);
            for (int t = 0; t < length; t++)
            {
                float share = pass.Tape[(row * length) + t];
                if (share != 0) Elementwise.AddScaled(gradient, share, pass.InputGradient(0).Slice(((row * length) + t) * width, width));
            }
        }
    }
}
