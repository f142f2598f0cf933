using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>In training, sets a share of the numbers to zero at random and makes the others larger by 1/(1 − rate), so that units learn not to rely on one another.</summary>
/// <remarks>What is dropped follows from the seed, the step and the row: the same for any number of threads. Source: Srivastava and others, "Dropout", 2014.</remarks>
/// <param name="Rate">Share that is dropped, 0 to 1.</param>
public sealed record Dropout(double Rate) : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.Between(nameof(Dropout), nameof(Rate), Rate, 0, 1);
        return builder.Add(new RandomDropping(Rate), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>dropout</c>.</summary>
    public static readonly Entry<Layer> Dropout = Add("dropout", "in training, sets a share of the numbers to zero", new Dropout(0.5),
        Setting<Layer>.Number<Dropout>("rate", "share that is dropped", x => x.Rate, (x, v) => x with { Rate = v }, minimum: 0, maximum: 1));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>In training, sets a share of the numbers to zero.</summary>
        /// <param name="rate">Share that is dropped, 0 to 1.</param>
        public Node Dropout(double rate) => new Dropout(rate).Apply(node);
    }
}
