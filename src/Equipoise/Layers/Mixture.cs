using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;

namespace Equipoise.Layers;

/// <summary>Mixes several vectors by weights: y = Σ over e of w[e] × x[e], with x [count, width] and w [count].</summary>
public sealed record Mixture : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        if (inputs.Count != 2) throw new ShapeException($"wants two inputs, the vectors and their weights, but was given {inputs.Count}");
        return builder.Add(new Engine.Operations.Mixture(), inputs[0], inputs[1]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>mixture</c>.</summary>
    public static readonly Entry<Layer> Mixture = Add("mixture", "mixes several vectors by weights, as a gate mixes experts", new Mixture());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Mixes the vectors of this node [count, width] by weights [count].</summary>
        /// <param name="weights">The weights, as of a softmax.</param>
        public Node Mix(Node weights) => new Mixture().Apply(node, weights);
    }
}
