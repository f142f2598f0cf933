using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>One minus the cosine of the angle between two vectors: 0 for the same direction, 1 for a right angle, 2 for opposite ones.</summary>
/// <remarks>1 − a·b/(max(|a|, 1e-7)·max(|b|, 1e-7)), two inputs [.., width], output [.., 1]; a vector of zeros is at distance 1 from all.</remarks>
public sealed record CosineDistance : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
        => inputs.Count == 2 ? builder.Add(new VectorCosine(-1, 1), inputs[0], inputs[1]).WithMaskOfAll(builder, inputs) : throw new ShapeException($"wants two inputs, but has {inputs.Count}.");
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>cosine_distance</c>.</summary>
    public static readonly Entry<Layer> CosineDistance = Add("cosine_distance", "one minus the cosine between two vectors", new CosineDistance());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>One minus the cosine of the angle to another vector.</summary>
        /// <param name="other">The other vector, of the same shape.</param>
        public Node CosineDistance(Node other) => new CosineDistance().Apply(node, other);
    }
}
