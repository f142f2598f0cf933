using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Takes a border away from images.</summary>
/// <remarks>Takes [height, width, channels]. Source: Keras 3, Cropping2D.</remarks>
/// <param name="Top">How many rows of pixels at the top.</param>
/// <param name="Bottom">How many rows at the bottom.</param>
/// <param name="Left">How many columns on the left.</param>
/// <param name="Right">How many columns on the right.</param>
public sealed record Cropping2D(int Top = 0, int Bottom = 0, int Left = 0, int Right = 0) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(Cropping2D), nameof(Top), Top, 0);
        Require.AtLeast(nameof(Cropping2D), nameof(Bottom), Bottom, 0);
        Require.AtLeast(nameof(Cropping2D), nameof(Left), Left, 0);
        Require.AtLeast(nameof(Cropping2D), nameof(Right), Right, 0);
        var shape = inputs[0].Shape;
        if (shape.Rank != 3) throw new ShapeException($"wants images [height, width, channels], but the input is {shape}.");
        int height = shape[0] - Top - Bottom, width = shape[1] - Left - Right;
        if (height < 1 || width < 1) throw new ShapeException($"takes away {Top} + {Bottom} rows and {Left} + {Right} columns, which leaves nothing of {shape}.");
        return builder.Add(new Rearrangement("cropping2d", shape, new Shape(height, width, shape[2]), at => [at[0] + Top, at[1] + Left, at[2]]), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>cropping2d</c>.</summary>
    public static readonly Entry<Layer> Cropping2D = Add("cropping2d", "takes a border away from images", new Cropping2D(),
        Setting<Layer>.Integer<Cropping2D>("top", "rows of pixels at the top", x => x.Top, (x, v) => x with { Top = v }, minimum: 0),
        Setting<Layer>.Integer<Cropping2D>("bottom", "rows of pixels at the bottom", x => x.Bottom, (x, v) => x with { Bottom = v }, minimum: 0),
        Setting<Layer>.Integer<Cropping2D>("left", "columns of pixels on the left", x => x.Left, (x, v) => x with { Left = v }, minimum: 0),
        Setting<Layer>.Integer<Cropping2D>("right", "columns of pixels on the right", x => x.Right, (x, v) => x with { Right = v }, minimum: 0));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Takes a border away from images.</summary>
        /// <param name="top">Rows at the top.</param>
        /// <param name="bottom">Rows at the bottom.</param>
        /// <param name="left">Columns on the left.</param>
        /// <param name="right">Columns on the right.</param>
        public Node Cropping2D(int top = 0, int bottom = 0, int left = 0, int right = 0) => new Cropping2D(top, bottom, left, right).Apply(node);
    }
}
