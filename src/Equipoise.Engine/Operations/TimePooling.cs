using Equipoise.Engine.Graphs;

namespace Equipoise.Engine.Operations;

/// <summary>What the poolings over time have in common.</summary>
internal static class TimePooling
{
    /// <summary>[length, width] and perhaps a mask [length] give [width].</summary>
    public static Shape Shape(ReadOnlySpan<Shape> inputs)
    {
        var x = inputs[0];
        if (x.Rank != 2) throw new ShapeException($"wants sequences [length, width] but the input is {x}");
        if (inputs.Length > 1 && inputs[1].Size != x[0]) throw new ShapeException($"wants a mask of [{x[0]}] but was given {inputs[1]}");
        return new Shape(x[1]);
    }
}
