using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>All numbers of a row as one vector, in row-major order.</summary>
public sealed record Flatten : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs) => builder.Add(new Reshaping(), inputs[0]);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>flatten</c>.</summary>
    public static readonly Entry<Layer> Flatten = Add("flatten", "all numbers of a row as one vector", new Flatten());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>All numbers of a row as one vector.</summary>
        public Node Flatten() => new Flatten().Apply(node);
    }
}
