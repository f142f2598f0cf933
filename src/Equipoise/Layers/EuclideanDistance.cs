using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>The Euclidean distance of two vectors: the end of a Siamese model, for the contrastive loss.</summary>
/// <remarks>√(Σ (a − b)² + ε²), two inputs [.., width], output [.., 1]; ε keeps the slope finite at equal vectors, where it is 0.</remarks>
public sealed record EuclideanDistance : Layer
{
    /// <summary>ε, the least distance.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.Above(nameof(EuclideanDistance), nameof(Epsilon), Epsilon, 0);
        return inputs.Count == 2 ? builder.Add(new VectorDistance(Epsilon), inputs[0], inputs[1]).WithMaskOfAll(builder, inputs) : throw new ShapeException($"wants two inputs, but has {inputs.Count}.");
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>euclidean_distance</c>.</summary>
    public static readonly Entry<Layer> EuclideanDistance = Add("euclidean_distance", "distance of two vectors", new EuclideanDistance(),
        Setting<Layer>.Number<EuclideanDistance>("epsilon", "least distance", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>The Euclidean distance to another vector.</summary>
        /// <param name="other">The other vector, of the same shape.</param>
        public Node EuclideanDistance(Node other) => new EuclideanDistance().Apply(node, other);
    }
}
