using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>In training, sets whole channels to zero at random (a feature of all time steps, a map of an image) and makes the others larger by 1/(1 − rate).</summary>
/// <remarks>What is dropped follows from the seed, the step and the row: the same for any number of threads. Source: Tompson and others, "Efficient object localization using convolutional networks", 2015.</remarks>
/// <param name="Rate">Share that is dropped, 0 to 1.</param>
public sealed record SpatialDropout(double Rate) : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.Between(nameof(SpatialDropout), nameof(Rate), Rate, 0, 1);
        return builder.Add(new RandomDropping(Rate, wholeChannels: true), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>spatial_dropout</c>.</summary>
    public static readonly Entry<Layer> SpatialDropout = Add("spatial_dropout", "in training, sets a share of the channels to zero", new SpatialDropout(0.5),
        Setting<Layer>.Number<SpatialDropout>("rate", "share that is dropped", x => x.Rate, (x, v) => x with { Rate = v }, minimum: 0, maximum: 1)).Alias("spatial_dropout1d", "spatial_dropout2d");
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>In training, sets whole channels to zero: a feature of all time steps, a map of an image.</summary>
        /// <param name="rate">Share that is dropped, 0 to 1.</param>
        public Node SpatialDropout(double rate) => new SpatialDropout(rate).Apply(node);
    }
}
