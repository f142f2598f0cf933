using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Adds steps of zeros to both ends of a sequence.</summary>
/// <param name="Before">How many steps at the start.</param>
/// <param name="After">How many steps at the end.</param>
public sealed record ZeroPadding1D(int Before = 1, int After = 1) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(ZeroPadding1D), nameof(Before), Before, 0);
        Require.AtLeast(nameof(ZeroPadding1D), nameof(After), After, 0);
        var shape = inputs[0].Shape;
        if (shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but the input is {shape}.");
        int length = shape[0];
        return builder.Add(new Rearrangement("zero_padding1d", shape, new Shape(Before + length + After, shape[1]), at => at[0] < Before || at[0] >= Before + length ? null : [at[0] - Before, at[1]]), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>zero_padding1d</c>.</summary>
    public static readonly Entry<Layer> ZeroPadding1D = Add("zero_padding1d", "adds steps of zeros", new ZeroPadding1D(),
        Setting<Layer>.Integer<ZeroPadding1D>("before", "how many steps at the start", x => x.Before, (x, v) => x with { Before = v }, minimum: 0),
        Setting<Layer>.Integer<ZeroPadding1D>("after", "how many steps at the end", x => x.After, (x, v) => x with { After = v }, minimum: 0));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Adds steps of zeros to both ends of a sequence.</summary>
        /// <param name="before">How many steps at the start.</param>
        /// <param name="after">How many steps at the end.</param>
        public Node ZeroPadding1D(int before = 1, int after = 1) => new ZeroPadding1D(before, after).Apply(node);
    }
}
