using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Largest number of each column over the steps of a sequence: [length, width] becomes [width]. Steps that a mask leaves out do not count.</summary>
/// <remarks>If no step is kept the result is zero. Source: Keras 3, GlobalMaxPooling1D. Differs: obeys the mask, which Keras ignores here.</remarks>
public sealed record GlobalMaxPooling1D : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        var x = inputs[0];
        if (x.Shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but '{x.Name}' gives {x.Shape}.");
        return x.Mask is null ? builder.Add(new MaxOverTime(), x) : builder.Add(new MaxOverTime(), x, x.Mask);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>global_max_pooling1d</c>.</summary>
    public static readonly Entry<Layer> GlobalMaxPooling1D = Add("global_max_pooling1d", "largest number of each column over the steps of a sequence", new GlobalMaxPooling1D());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Largest number of each column over the steps of a sequence.</summary>
        public Node GlobalMaxPooling1D() => new GlobalMaxPooling1D().Apply(node);
    }
}
