using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>The greatest of inputs of one shape, number by number. The gradient goes to the input it came from.</summary>
public sealed record Maximum : MergeLayer
{
    /// <inheritdoc/>
    protected override Operation CreateOperation(int inputs) => new Extremum(greatest: true);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>maximum</c>.</summary>
    public static readonly Entry<Layer> Maximum = Add("maximum", "greatest of inputs of one shape", new Maximum());
}

public static partial class LayerExtensions
{
    extension(Node)
    {
        /// <summary>The greatest of inputs of one shape, number by number. The gradient goes to the input it came from.</summary>
        public static Node Maximum(params ReadOnlySpan<Node> nodes) => new Maximum().Apply(nodes);
    }
}
