using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Mean over the steps of a sequence: [length, width] becomes [width]. Steps that a mask leaves out do not count.</summary>
/// <remarks>If no step is kept the result is zero. Source: Keras 3, GlobalAveragePooling1D. Differs where no step is kept: gives zero, not 0 / 0.</remarks>
public sealed record GlobalAveragePooling1D : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        var x = inputs[0];
        if (x.Shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but '{x.Name}' gives {x.Shape}.");
        return x.Mask is null ? builder.Add(new MeanOverTime(), x) : builder.Add(new MeanOverTime(), x, x.Mask);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>global_average_pooling1d</c>.</summary>
    public static readonly Entry<Layer> GlobalAveragePooling1D = Add("global_average_pooling1d", "mean over the steps of a sequence", new GlobalAveragePooling1D());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Mean over the steps of a sequence.</summary>
        public Node GlobalAveragePooling1D() => new GlobalAveragePooling1D().Apply(node);
    }
}
