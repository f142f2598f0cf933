using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Sum of inputs of one shape, number by number.</summary>
public sealed record Add : MergeLayer
{
    /// <inheritdoc/>
    protected override Operation CreateOperation(int inputs) => new WeightedSum("add", [.. Enumerable.Repeat(1f, inputs)]);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>add</c>.</summary>
    public static readonly Entry<Layer> Addition = Add("add", "sum of inputs of one shape", new Add());
}

public static partial class LayerExtensions
{
    extension(Node)
    {
        /// <summary>Sum of inputs of one shape, number by number.</summary>
        public static Node Add(params ReadOnlySpan<Node> nodes) => new Add().Apply(nodes);
    }
}
