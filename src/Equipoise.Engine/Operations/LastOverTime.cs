using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The last step of a sequence: [length, width] becomes [width]. With a mask as second input, the last kept step; of none, zero.</summary>
/// <remarks>∂x is ∂y at that step and zero elsewhere.</remarks>
public sealed class LastOverTime : Operation
{
    private const int None = -1;

    /// <inheritdoc/>
    public override string Kind => "last_over_time";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => TimePooling.Shape(inputs);

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => input == 0;

    /// <summary>The number of the step.</summary>
    public override int TapeSize(NodeShapes shapes) => 1;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int length = pass.Shapes.Inputs[0][0], width = pass.Shapes.Output.Width;
        for (int row = 0; row < pass.Rows; row++)
        {
            int last = pass.Shapes.Inputs.Count > 1 ? pass.Input(1).Slice(row * length, length).LastIndexOfAnyExcept(0f) : length - 1;
            pass.Tape[row] = last;
            var output = pass.Output.Slice(row * width, width);
            if (last == None) output.Clear();
            else pass.Input(0).Slice(((row * length) + last) * width, width).CopyTo(output);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int length = pass.Shapes.Inputs[0][0], width = pass.Shapes.Output.Width;
        for (int row = 0; row < pass.Rows; row++)
        {
            int last = (int)pass.Tape[row];
            if (last != None) Elementwise.AddTo(pass.OutputGradient.Slice(row * width, width), pass.InputGradient(0).Slice(((row * length) + last) * width, width));
        }
    }
}
