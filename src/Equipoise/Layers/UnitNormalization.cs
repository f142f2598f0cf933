using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Divides the vector at each position (the last axis) by its length, so that only its direction is left: for embeddings that are compared by cosine or distance.</summary>
/// <remarks>y = x/max(|x|, 1e-12); a vector of zeros stays zero. Takes any shape. Source: Keras 3, UnitNormalization, whose other axes are not offered.</remarks>
public sealed record UnitNormalization : Layer
{
    private const double LeastLength = 1e-12;

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs) => builder.Add(new NormalizeLength(LeastLength), inputs[0]);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>unit_normalization</c>.</summary>
    public static readonly Entry<Layer> UnitNormalization = Add("unit_normalization", "length 1 for the vector at each position", new UnitNormalization());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Divides the vector at each position by its length.</summary>
        public Node UnitNormalization() => new UnitNormalization().Apply(node);
    }
}
