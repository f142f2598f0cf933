using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Takes steps away from both ends of a sequence.</summary>
/// <param name="Before">How many steps at the start.</param>
/// <param name="After">How many steps at the end.</param>
public sealed record Cropping1D(int Before = 1, int After = 1) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(Cropping1D), nameof(Before), Before, 0);
        Require.AtLeast(nameof(Cropping1D), nameof(After), After, 0);
        var shape = inputs[0].Shape;
        if (shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but the input is {shape}.");
        return builder.Add(new SliceRange(0, Before, shape[0] - Before - After), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>cropping1d</c>.</summary>
    public static readonly Entry<Layer> Cropping1D = Add("cropping1d", "takes steps away", new Cropping1D(),
        Setting<Layer>.Integer<Cropping1D>("before", "how many steps at the start", x => x.Before, (x, v) => x with { Before = v }, minimum: 0),
        Setting<Layer>.Integer<Cropping1D>("after", "how many steps at the end", x => x.After, (x, v) => x with { After = v }, minimum: 0));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Takes steps away from both ends of a sequence.</summary>
        /// <param name="before">How many steps at the start.</param>
        /// <param name="after">How many steps at the end.</param>
        public Node Cropping1D(int before = 1, int after = 1) => new Cropping1D(before, after).Apply(node);
    }
}
