using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>In training, multiplies every number with normal noise around 1, as strong as dropout of the same rate would be.</summary>
/// <remarks>y = x·(1 + σ·n), σ = √(rate/(1 − rate)). What is drawn follows from the seed, the step and the row. Source: Srivastava and others, "Dropout", 2014, section 10; Keras 3, GaussianDropout.</remarks>
/// <param name="Rate">Rate of the dropout that it is like, from 0 to below 1.</param>
public sealed record GaussianDropout(double Rate) : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.That(Rate is >= 0 and < 1, nameof(GaussianDropout), nameof(Rate), Rate, "at least 0 and below 1");
        return builder.Add(new RandomNoise(NoiseKind.Multiplicative, Math.Sqrt(Rate / (1 - Rate))), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>gaussian_dropout</c>.</summary>
    public static readonly Entry<Layer> GaussianDropout = Add("gaussian_dropout", "in training, multiplies numbers with normal noise around 1", new GaussianDropout(0.3),
        Setting<Layer>.Number<GaussianDropout>("rate", "rate of the dropout that it is like", x => x.Rate, (x, v) => x with { Rate = v }, minimum: 0, below: 1));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>In training, multiplies every number with normal noise around 1.</summary>
        /// <param name="rate">Rate of the dropout that it is like.</param>
        public Node GaussianDropout(double rate) => new GaussianDropout(rate).Apply(node);
    }
}
