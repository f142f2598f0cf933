using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Repeats each pixel of an image downwards and to the right: [height, width, channels] grows to a multiple of itself.</summary>
/// <remarks>Nearest neighbours only. Source: Keras 3, UpSampling2D.</remarks>
/// <param name="Times">How often each pixel stands in the output: a number for both ways, or downwards and to the right.</param>
public sealed record UpSampling2D(Extent Times) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(UpSampling2D), nameof(Times), Math.Min(Times.Height, Times.Width), 1);
        var shape = inputs[0].Shape;
        if (shape.Rank != 3) throw new ShapeException($"wants images [height, width, channels], but the input is {shape}.");
        return builder.Add(new Rearrangement("up_sampling2d", shape, new Shape(Times.Height * shape[0], Times.Width * shape[1], shape[2]), at => [at[0] / Times.Height, at[1] / Times.Width, at[2]]), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>up_sampling2d</c>.</summary>
    public static readonly Entry<Layer> UpSampling2D = Add("up_sampling2d", "repeats each pixel of an image", new UpSampling2D(2),
        Setting<Layer>.Integers<UpSampling2D>("times", "how often each pixel stands in the output; one number or downwards and to the right", x => x.Times.ToList(), (x, v) => x with { Times = Extent.From(v) }, minimum: 1));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Repeats each pixel of an image downwards and to the right.</summary>
        /// <param name="times">How often each pixel stands in the output.</param>
        public Node UpSampling2D(Extent times) => new UpSampling2D(times).Apply(node);
    }
}
