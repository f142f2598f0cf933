using Equipoise.Catalogs;

namespace Equipoise.Initializers;

/// <summary>Uniform numbers with variance 2 / fan in: for layers followed by relu.</summary>
/// <remarks>See <see cref="ScaledInitializer"/>. Source: He and others, "Delving Deep into Rectifiers", 2015, equation 10.</remarks>
public sealed record HeUniform : ScaledInitializer
{
    private protected override (double Scale, FanMode Mode, FanDistribution Distribution) Form => (2, FanMode.FanIn, FanDistribution.Uniform);
}

public static partial class InitializerCatalog
{
    /// <summary>he_uniform</summary>
    public static readonly Entry<Initializer> HeUniform = Add("he_uniform", "uniform, variance 2 / fan in: for layers followed by relu", new HeUniform())
        .Alias("kaiming_uniform");
}
