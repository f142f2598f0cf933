using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>The greatest number of each channel over a whole image: [height, width, channels] gives [channels].</summary>
public sealed record GlobalMaxPooling2D : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        var shape = inputs[0].Shape;
        if (shape.Rank != 3) throw new ShapeException($"wants images [height, width, channels], but the input is {shape}. For sequences there is GlobalMaxPooling1D.");
        return builder.Add(new MaxOverTime(), builder.Add(new Reshaping(new Shape(shape.Positions, shape.Width)), inputs[0]));
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>global_max_pooling2d</c>.</summary>
    public static readonly Entry<Layer> GlobalMaxPooling2D = Add("global_max_pooling2d", "greatest number of each channel over a whole image", new GlobalMaxPooling2D());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>The greatest number of each channel over a whole image.</summary>
        public Node GlobalMaxPooling2D() => new GlobalMaxPooling2D().Apply(node);
    }
}
