using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>The least of inputs of one shape, number by number. The gradient goes to the input it came from.</summary>
public sealed record Minimum : MergeLayer
{
    /// <inheritdoc/>
    protected override Operation CreateOperation(int inputs) => new Extremum(greatest: false);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>minimum</c>.</summary>
    public static readonly Entry<Layer> Minimum = Add("minimum", "least of inputs of one shape", new Minimum());
}

public static partial class LayerExtensions
{
    extension(Node)
    {
        /// <summary>The least of inputs of one shape, number by number. The gradient goes to the input it came from.</summary>
        public static Node Minimum(params ReadOnlySpan<Node> nodes) => new Minimum().Apply(nodes);
    }
}
