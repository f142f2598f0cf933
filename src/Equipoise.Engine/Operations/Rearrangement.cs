using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Each number of a row of the output is one of the input's, or zero: permuting, repeating, cropping and padding.</summary>
/// <remarks>yᵢ = x[source[i]], 0 where the source is -1. ∂x[source[i]] += ∂yᵢ.</remarks>
/// <param name="kind">Name of the kind.</param>
/// <param name="input">Shape of a row of the input.</param>
/// <param name="output">Shape of a row of the output.</param>
/// <param name="sourceOf">For an element's place in the output (one index for each axis), the place in the input, or null for zero. Called once for each element, when the operation is made.</param>
public sealed class Rearrangement(string kind, Shape input, Shape output, Func<int[], int[]?> sourceOf) : Operation
{
    private readonly int[] _sources = Sources(input, output, sourceOf);

    /// <inheritdoc/>
    public override string Kind => kind;

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
        => inputs[0].Equals(input) ? output : throw new ShapeException($"was made for {input}, but the input is {inputs[0]}");

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        for (int row = 0; row < pass.Rows; row++)
        {
            var x = pass.Input(0).Slice(row * input.Size, input.Size);
            var y = pass.Output.Slice(row * _sources.Length, _sources.Length);
            for (int i = 0; i < y.Length; i++) y[i] = _sources[i] < 0 ? 0 : x[_sources[i]];
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        for (int row = 0; row < pass.Rows; row++)
        {
            var dx = pass.InputGradient(0).Slice(row * input.Size, input.Size);
            var dy = pass.OutputGradient.Slice(row * _sources.Length, _sources.Length);
            for (int i = 0; i < dy.Length; i++)
            {
                if (_sources[i] >= 0) dx[_sources[i]] += dy[i];
            }
        }
    }

    private static int[] Sources(Shape input, Shape output, Func<int[], int[]?> sourceOf)
    {
        var sources = new int[output.Size];
        var place = new int[output.Rank];
        for (int i = 0; i < sources.Length; i++)
        {
            for (int axis = output.Rank - 1, rest = i; axis >= 0; rest /= output[axis--]) place[axis] = rest % output[axis];
            sources[i] = sourceOf(place) is { } source ? FlatIndex(input, source) : -1;
        }
        return sources;
    }

    private static int FlatIndex(Shape shape, int[] place)
    {
        int index = 0;
        for (int axis = 0; axis < shape.Rank; axis++) index = (index * shape[axis]) + place[axis];
        return index;
    }
}
