using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Product of inputs of one shape, number by number.</summary>
public sealed record Multiply : MergeLayer
{
    /// <inheritdoc/>
    protected override Operation CreateOperation(int inputs) => new Product();
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>multiply</c>.</summary>
    public static readonly Entry<Layer> Multiplication = Add("multiply", "product of inputs of one shape", new Multiply());
}

public static partial class LayerExtensions
{
    extension(Node)
    {
        /// <summary>Product of inputs of one shape, number by number.</summary>
        public static Node Multiply(params ReadOnlySpan<Node> nodes) => new Multiply().Apply(nodes);
    }
}
