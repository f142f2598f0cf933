using Equipoise.Catalogs;

namespace Equipoise.Initializers;

/// <summary>Truncated normal numbers with variance 1 / the mean of both fans: for layers followed by tanh, sigmoid or nothing.</summary>
/// <remarks>See <see cref="ScaledInitializer"/>. Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, equation 16.</remarks>
public sealed record GlorotNormal : ScaledInitializer
{
    private protected override (double Scale, FanMode Mode, FanDistribution Distribution) Form => (1, FanMode.FanAvg, FanDistribution.TruncatedNormal);
}

public static partial class InitializerCatalog
{
    /// <summary>glorot_normal</summary>
    public static readonly Entry<Initializer> GlorotNormal = Add("glorot_normal", "truncated normal, variance 1 / the mean of both fans: for layers followed by tanh, sigmoid or nothing", new GlorotNormal())
        .Alias("xavier_normal");
}
