using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Dropout for networks of SELU units: dropped numbers take the unit's least value, and all are scaled and shifted so that mean 0 and variance 1 stay.</summary>
/// <remarks>See <see cref="NoiseKind.AlphaDropping"/>. In training only. Not for other activations: their mean would move. Source: Klambauer and others, "Self-normalizing neural networks", 2017; Keras 3, AlphaDropout.</remarks>
/// <param name="Rate">Share that is dropped, from 0 to below 1.</param>
public sealed record AlphaDropout(double Rate) : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.That(Rate is >= 0 and < 1, nameof(AlphaDropout), nameof(Rate), Rate, "at least 0 and below 1");
        return builder.Add(new RandomNoise(NoiseKind.AlphaDropping, Rate), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>alpha_dropout</c>.</summary>
    public static readonly Entry<Layer> AlphaDropout = Add("alpha_dropout", "dropout that keeps mean and variance of SELU units", new AlphaDropout(0.1),
        Setting<Layer>.Number<AlphaDropout>("rate", "share that is dropped", x => x.Rate, (x, v) => x with { Rate = v }, minimum: 0, below: 1));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Dropout for networks of SELU units.</summary>
        /// <param name="rate">Share that is dropped.</param>
        public Node AlphaDropout(double rate) => new AlphaDropout(rate).Apply(node);
    }
}
