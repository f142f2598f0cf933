using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The greatest, or least, of the inputs, number by number; inputs of one shape.</summary>
/// <remarks>The gradient goes to the input whose number was taken; of equal ones to the first. NaN in any input gives NaN, and its gradient goes nowhere.</remarks>
/// <param name="greatest">True for the maximum, false for the minimum.</param>
public sealed class Extremum(bool greatest) : Operation
{
    /// <inheritdoc/>
    public override string Kind => greatest ? "maximum" : "minimum";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs | Keeps.Output;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => SameShapes.Of(inputs);

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var y = pass.Output;
        pass.Input(0).CopyTo(y);
        for (int i = 1; i < pass.Shapes.Inputs.Count; i++)
        {
            var x = pass.Input(i);
            if (greatest) for (int j = 0; j < y.Length; j++) y[j] = MathF.Max(y[j], x[j]);
            else for (int j = 0; j < y.Length; j++) y[j] = MathF.Min(y[j], x[j]);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        var y = pass.Output;
        var gradient = pass.OutputGradient;
        for (int i = 0; i < pass.Shapes.Inputs.Count; i++)
        {
            if (!pass.Wants(i)) continue;
            var x = pass.Input(i);
            var inputGradient = pass.InputGradient(i);
            for (int j = 0; j < y.Length; j++)
            {
                if (x[j] == y[j] && !IsEarlier(pass, i, j)) inputGradient[j] += gradient[j];
            }
        }
    }

    private static bool IsEarlier(in BackwardPass pass, int input, int element)
    {
        for (int i = 0; i < input; i++)
        {
            if (pass.Input(i)[element] == pass.Output[element]) return true;
        }
        return false;
    }
}
