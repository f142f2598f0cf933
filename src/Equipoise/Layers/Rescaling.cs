using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>y = scale·x: pixels from 0 to 255 become numbers from 0 to 1, say.</summary>
/// <param name="Scale">The factor.</param>
public sealed record Rescaling(double Scale) : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.Finite(nameof(Rescaling), nameof(Scale), Scale);
        return builder.Add(new WeightedSum("rescaling", (float)Scale), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>rescaling</c>.</summary>
    public static readonly Entry<Layer> Rescaling = Add("rescaling", "multiplies by a fixed number", new Rescaling(1),
        Setting<Layer>.Number<Rescaling>("scale", "the factor", x => x.Scale, (x, v) => x with { Scale = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>y = scale·x.</summary>
        public Node Rescaling(double scale) => new Rescaling(scale).Apply(node);
    }
}
