using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Mixes several vectors by weights, as a gate mixes experts: y = Σ over e of w[e] × x[e].</summary>
/// <remarks>Either two inputs, x [count, width] and w [count], or the vectors as inputs of one shape, with w [count] as the last.</remarks>
public sealed record Mixture : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        if (inputs.Count < 2) throw new ShapeException($"wants vectors and their weights, but was given {inputs.Count} input");
        bool apart = inputs.Count > 2 || inputs[1].Shape.Size == 1;
        return builder.Add(apart ? new MixtureOfInputs() : new Engine.Operations.Mixture(), [.. inputs]);
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

    extension(Node)
    {
        /// <summary>Mixes nodes of one shape by weights [count].</summary>
        /// <param name="nodes">What is mixed.</param>
        /// <param name="weights">The weights, as of a softmax.</param>
        public static Node Mix(IReadOnlyList<Node> nodes, Node weights) => new Mixture().Apply([.. nodes, weights]);
    }
}
