using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>The greatest number of each channel under a window that slides over images [height, width, channels]. Padding takes no part.</summary>
/// <remarks>Masks are not looked at, and none is given on. Source: Keras 3, MaxPooling2D.</remarks>
/// <param name="PoolSize">Extent of the window.</param>
public sealed record MaxPooling2D(Extent PoolSize) : Layer
{
    /// <summary>How far the window moves at a time; null: its own extent.</summary>
    public Extent? Strides { get; init; }

    /// <summary>What happens at the edges.</summary>
    public WindowPadding Padding { get; init; } = WindowPadding.Valid;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
        => builder.Add(new WindowMaximum(new Window(PoolSize.ToList(), (Strides ?? PoolSize).ToList(), Padding)), inputs[0]);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>max_pooling2d</c>.</summary>
    public static readonly Entry<Layer> MaxPooling2D = Add("max_pooling2d", "greatest number of each channel under a sliding window", new MaxPooling2D(2),
        Setting<Layer>.Integers<MaxPooling2D>("pool_size", "extent of the window; one number or height and width", x => x.PoolSize.ToList(), (x, v) => x with { PoolSize = Extent.From(v) }, minimum: 1),
        Setting<Layer>.Integers<MaxPooling2D>("strides", "how far the window moves at a time; empty: its own extent", x => x.Strides is { } s ? s.ToList() : [], (x, v) => x with { Strides = v.Count == 0 ? null : Extent.From(v) }, minimum: 1),
        Setting<Layer>.Choice<MaxPooling2D, WindowPadding>("padding", "what happens at the edges", x => x.Padding, (x, v) => x with { Padding = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>The greatest number of each channel under a window that slides over images [height, width, channels].</summary>
        /// <param name="poolSize">Extent of the window; it moves by as much.</param>
        /// <param name="padding">What happens at the edges.</param>
        public Node MaxPooling2D(Extent poolSize, WindowPadding padding = WindowPadding.Valid) => new MaxPooling2D(poolSize) { Padding = padding }.Apply(node);
    }
}
