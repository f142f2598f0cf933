using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>The greatest number of each channel under a window that slides over sequences [length, channels]. Padding takes no part.</summary>
/// <remarks>Masks are not looked at, and none is given on. Source: Keras 3, MaxPooling1D.</remarks>
/// <param name="PoolSize">Extent of the window.</param>
public sealed record MaxPooling1D(int PoolSize) : Layer
{
    /// <summary>How far the window moves at a time; null: its own extent.</summary>
    public int? Strides { get; init; }

    /// <summary>What happens at the edges.</summary>
    public WindowPadding Padding { get; init; } = WindowPadding.Valid;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
        => builder.Add(new WindowMaximum(new Window([PoolSize], [Strides ?? PoolSize], Padding)), inputs[0]);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>max_pooling1d</c>.</summary>
    public static readonly Entry<Layer> MaxPooling1D = Add("max_pooling1d", "greatest number of each channel under a sliding window", new MaxPooling1D(2),
        Setting<Layer>.Integer<MaxPooling1D>("pool_size", "extent of the window", x => x.PoolSize, (x, v) => x with { PoolSize = v }, minimum: 1),
        Setting<Layer>.Integers<MaxPooling1D>("strides", "how far the window moves at a time; empty: its own extent", x => x.Strides is { } s ? [s] : [], (x, v) => x with { Strides = v.Count == 0 ? null : v[0] }, minimum: 1),
        Setting<Layer>.Choice<MaxPooling1D, WindowPadding>("padding", "what happens at the edges", x => x.Padding, (x, v) => x with { Padding = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>The greatest number of each channel under a window that slides over sequences [length, channels].</summary>
        /// <param name="poolSize">Extent of the window; it moves by as much.</param>
        /// <param name="padding">What happens at the edges.</param>
        public Node MaxPooling1D(int poolSize, WindowPadding padding = WindowPadding.Valid) => new MaxPooling1D(poolSize) { Padding = padding }.Apply(node);
    }
}
