using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Mean of inputs of one shape, number by number.</summary>
public sealed record Average : MergeLayer
{
    /// <inheritdoc/>
    protected override Operation CreateOperation(int inputs) => new WeightedSum("average", [.. Enumerable.Repeat(1f / inputs, inputs)]);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>average</c>.</summary>
    public static readonly Entry<Layer> Average = Add("average", "mean of inputs of one shape", new Average());
}

public static partial class LayerExtensions
{
    extension(Node)
    {
        /// <summary>Mean of inputs of one shape, number by number.</summary>
        public static Node Average(params ReadOnlySpan<Node> nodes) => new Average().Apply(nodes);
    }
}
