using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>The same numbers of each row, in the same order, under another shape.</summary>
/// <param name="Dimensions">The shape of a row; one dimension may be -1: as many as fit.</param>
public sealed record Reshape(params IReadOnlyList<int> Dimensions) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        int size = inputs[0].Shape.Size, known = 1, open = 0;
        foreach (int d in Dimensions)
        {
            if (d == -1) open++;
            else known *= d;
        }
        if (open > 1) throw new ShapeException($"has {open} dimensions of -1, but only one can be worked out.");
        if (open == 1 && (known < 1 || size % known != 0)) throw new ShapeException($"is to make [{string.Join(", ", Dimensions)}] of {inputs[0].Shape}, but {size} numbers do not divide by {known}.");
        return builder.Add(new Reshaping(new Shape([.. Dimensions.Select(d => d == -1 ? size / known : d)])), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>reshape</c>.</summary>
    public static readonly Entry<Layer> Reshape = Add("reshape", "the same numbers under another shape", new Reshape(-1),
        Setting<Layer>.Integers<Reshape>("shape", "dimensions of a row; one may be -1", x => x.Dimensions, (x, v) => x with { Dimensions = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>The same numbers under another shape; one dimension may be -1.</summary>
        public Node Reshape(params IReadOnlyList<int> dimensions) => new Reshape(dimensions).Apply(node);
    }
}
