using Equipoise.Catalogs;

namespace Equipoise.Initializers;

/// <summary>Truncated normal numbers with variance 2 / fan in: for layers followed by relu.</summary>
/// <remarks>See <see cref="ScaledInitializer"/>. Source: He and others, "Delving Deep into Rectifiers", 2015, equation 10.</remarks>
public sealed record HeNormal : ScaledInitializer
{
    private protected override (double Scale, FanMode Mode, FanDistribution Distribution) Form => (2, FanMode.FanIn, FanDistribution.TruncatedNormal);
}

public static partial class InitializerCatalog
{
    /// <summary>he_normal</summary>
    public static readonly Entry<Initializer> HeNormal = Add("he_normal", "truncated normal, variance 2 / fan in: for layers followed by relu", new HeNormal())
        .Alias("kaiming_normal");
}
