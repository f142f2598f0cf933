using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>The first input minus the second, number by number.</summary>
public sealed record Subtract : MergeLayer
{
    /// <inheritdoc/>
    protected override Operation CreateOperation(int inputs) => inputs == 2 ? new WeightedSum("subtract", 1, -1) : throw new ShapeException($"subtracts one input from another, but has {inputs} inputs.");
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>subtract</c>.</summary>
    public static readonly Entry<Layer> Subtraction = Add("subtract", "first input minus the second", new Subtract());
}

public static partial class LayerExtensions
{
    extension(Node)
    {
        /// <summary>The first input minus the second, number by number.</summary>
        public static Node Subtract(params ReadOnlySpan<Node> nodes) => new Subtract().Apply(nodes);
    }
}
