using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Copies of one vector as the steps of a sequence: [width] gives [count, width].</summary>
/// <param name="Count">How many copies.</param>
public sealed record RepeatVector(int Count) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(RepeatVector), nameof(Count), Count, 1);
        var shape = inputs[0].Shape;
        if (shape.Rank != 1) throw new ShapeException($"wants vectors [width], but the input is {shape}.");
        return builder.Add(new Rearrangement("repeat_vector", shape, new Shape(Count, shape.Width), at => [at[1]]), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>repeat_vector</c>.</summary>
    public static readonly Entry<Layer> RepeatVector = Add("repeat_vector", "copies of a vector as steps of a sequence", new RepeatVector(2),
        Setting<Layer>.Integer<RepeatVector>("count", "how many copies", x => x.Count, (x, v) => x with { Count = v }, minimum: 1));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Copies of one vector as the steps of a sequence: [width] gives [count, width].</summary>
        /// <param name="count">How many copies.</param>
        public Node RepeatVector(int count) => new RepeatVector(count).Apply(node);
    }
}
