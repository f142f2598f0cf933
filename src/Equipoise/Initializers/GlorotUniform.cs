using Equipoise.Catalogs;

namespace Equipoise.Initializers;

/// <summary>Uniform numbers with variance 1 / the mean of both fans: for layers followed by tanh, sigmoid or nothing.</summary>
/// <remarks>See <see cref="ScaledInitializer"/>. Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, equation 16.</remarks>
public sealed record GlorotUniform : ScaledInitializer
{
    private protected override (double Scale, FanMode Mode, FanDistribution Distribution) Form => (1, FanMode.FanAvg, FanDistribution.Uniform);
}

public static partial class InitializerCatalog
{
    /// <summary>glorot_uniform</summary>
    public static readonly Entry<Initializer> GlorotUniform = Add("glorot_uniform", "uniform, variance 1 / the mean of both fans: for layers followed by tanh, sigmoid or nothing", new GlorotUniform())
        .Alias("xavier_uniform");
}
