using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>The mean of each channel over a whole image: [height, width, channels] gives [channels].</summary>
public sealed record GlobalAveragePooling2D : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        var shape = inputs[0].Shape;
        if (shape.Rank != 3) throw new ShapeException($"wants images [height, width, channels], but the input is {shape}. For sequences there is GlobalAveragePooling1D.");
        return builder.Add(new MeanOverTime(), builder.Add(new Reshaping(new Shape(shape.Positions, shape.Width)), inputs[0]));
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>global_average_pooling2d</c>.</summary>
    public static readonly Entry<Layer> GlobalAveragePooling2D = Add("global_average_pooling2d", "mean of each channel over a whole image", new GlobalAveragePooling2D());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>The mean of each channel over a whole image.</summary>
        public Node GlobalAveragePooling2D() => new GlobalAveragePooling2D().Apply(node);
    }
}
