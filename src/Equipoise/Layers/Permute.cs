using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Changes the order of the axes of a row: <c>new Permute(2, 1)</c> makes [features, steps] of [steps, features].</summary>
/// <param name="Order">Which axis of the input each axis of the output is, counted from 1, each once.</param>
public sealed record Permute(params IReadOnlyList<int> Order) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        var shape = inputs[0].Shape;
        if (!Order.Order().SequenceEqual(Enumerable.Range(1, shape.Rank))) throw new ShapeException($"permutes axes [{string.Join(", ", Order)}], but must name each axis of {shape} once, counted from 1.");
        return builder.Add(new Rearrangement("permute", shape, new Shape([.. Order.Select(axis => shape[axis - 1])]), at =>
        {
            var source = new int[at.Length];
            for (int axis = 0; axis < at.Length; axis++) source[Order[axis] - 1] = at[axis];
            return source;
        }), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>permute</c>.</summary>
    public static readonly Entry<Layer> Permute = Add("permute", "changes the order of the axes", new Permute(2, 1),
        Setting<Layer>.Integers<Permute>("order", "which axis of the input each axis is, counted from 1", x => x.Order, (x, v) => x with { Order = v }, minimum: 1));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Changes the order of the axes of a row.</summary>
        /// <param name="order">Which axis of the input each axis of the output is, counted from 1.</param>
        public Node Permute(params IReadOnlyList<int> order) => new Permute(order).Apply(node);
    }
}
