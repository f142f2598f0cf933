using Equipoise.Catalogs;

namespace Equipoise.Initializers;

/// <summary>Uniform numbers with variance 1 / fan in: for layers followed by selu or tanh.</summary>
/// <remarks>See <see cref="ScaledInitializer"/>. Source: LeCun and others, "Efficient BackProp", 1998, section 4.6.</remarks>
public sealed record LecunUniform : ScaledInitializer
{
    private protected override (double Scale, FanMode Mode, FanDistribution Distribution) Form => (1, FanMode.FanIn, FanDistribution.Uniform);
}

public static partial class InitializerCatalog
{
    /// <summary>lecun_uniform</summary>
    public static readonly Entry<Initializer> LecunUniform = Add("lecun_uniform", "uniform, variance 1 / fan in: for layers followed by selu or tanh", new LecunUniform());
}
