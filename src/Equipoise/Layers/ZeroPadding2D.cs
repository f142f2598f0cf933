using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Adds a border of zeros to images.</summary>
/// <remarks>Takes [height, width, channels]. Source: Keras 3, ZeroPadding2D.</remarks>
/// <param name="Top">How many rows of pixels at the top.</param>
/// <param name="Bottom">How many rows at the bottom.</param>
/// <param name="Left">How many columns on the left.</param>
/// <param name="Right">How many columns on the right.</param>
public sealed record ZeroPadding2D(int Top = 1, int Bottom = 1, int Left = 1, int Right = 1) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(ZeroPadding2D), nameof(Top), Top, 0);
        Require.AtLeast(nameof(ZeroPadding2D), nameof(Bottom), Bottom, 0);
        Require.AtLeast(nameof(ZeroPadding2D), nameof(Left), Left, 0);
        Require.AtLeast(nameof(ZeroPadding2D), nameof(Right), Right, 0);
        var shape = inputs[0].Shape;
        if (shape.Rank != 3) throw new ShapeException($"wants images [height, width, channels], but the input is {shape}.");
        int height = shape[0], width = shape[1];
        return builder.Add(new Rearrangement("zero_padding2d", shape, new Shape(Top + height + Bottom, Left + width + Right, shape[2]),
            at => at[0] < Top || at[0] >= Top + height || at[1] < Left || at[1] >= Left + width ? null : [at[0] - Top, at[1] - Left, at[2]]), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>zero_padding2d</c>.</summary>
    public static readonly Entry<Layer> ZeroPadding2D = Add("zero_padding2d", "adds a border of zeros to images", new ZeroPadding2D(),
        Setting<Layer>.Integer<ZeroPadding2D>("top", "rows of pixels at the top", x => x.Top, (x, v) => x with { Top = v }, minimum: 0),
        Setting<Layer>.Integer<ZeroPadding2D>("bottom", "rows of pixels at the bottom", x => x.Bottom, (x, v) => x with { Bottom = v }, minimum: 0),
        Setting<Layer>.Integer<ZeroPadding2D>("left", "columns of pixels on the left", x => x.Left, (x, v) => x with { Left = v }, minimum: 0),
        Setting<Layer>.Integer<ZeroPadding2D>("right", "columns of pixels on the right", x => x.Right, (x, v) => x with { Right = v }, minimum: 0));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Adds a border of zeros to images.</summary>
        /// <param name="top">Rows at the top.</param>
        /// <param name="bottom">Rows at the bottom.</param>
        /// <param name="left">Columns on the left.</param>
        /// <param name="right">Columns on the right.</param>
        public Node ZeroPadding2D(int top = 1, int bottom = 1, int left = 1, int right = 1) => new ZeroPadding2D(top, bottom, left, right).Apply(node);
    }
}
