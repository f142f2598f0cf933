using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>In training, adds normal noise to every number, so that a model does not learn its examples by heart.</summary>
/// <remarks>y = x + σ·n. What is drawn follows from the seed, the step and the row: the same for any number of threads. Source: Keras 3, GaussianNoise.</remarks>
/// <param name="Deviation">σ, in the unit of the input.</param>
public sealed record GaussianNoise(double Deviation) : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(GaussianNoise), nameof(Deviation), Deviation, 0);
        return builder.Add(new RandomNoise(NoiseKind.Additive, Deviation), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>gaussian_noise</c>.</summary>
    public static readonly Entry<Layer> GaussianNoise = Add("gaussian_noise", "in training, adds normal noise", new GaussianNoise(0.1),
        Setting<Layer>.Number<GaussianNoise>("deviation", "standard deviation of the noise, in the unit of the input", x => x.Deviation, (x, v) => x with { Deviation = v }, minimum: 0));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>In training, adds normal noise to every number.</summary>
        /// <param name="deviation">Standard deviation of the noise, in the unit of the input.</param>
        public Node GaussianNoise(double deviation) => new GaussianNoise(deviation).Apply(node);
    }
}
