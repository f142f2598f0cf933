using Equipoise.Engine.Graphs;

namespace Equipoise.Engine.Operations;

/// <summary>The rule of merging operations.</summary>
internal static class SameShapes
{
    /// <summary>The shape that all inputs have.</summary>
    public static Shape Of(ReadOnlySpan<Shape> inputs)
    {
        foreach (var shape in inputs)
        {
            if (!shape.Equals(inputs[0])) throw new ShapeException($"wants inputs of one shape, but has {inputs[0]} and {shape}. Bring them to one width with a Dense, or use Concatenate");
        }
        return inputs[0];
    }
}
