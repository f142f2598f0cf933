using Equipoise.Catalogs;

namespace Equipoise.Initializers;

/// <summary>Truncated normal numbers with variance 1 / fan in: for layers followed by selu or tanh.</summary>
/// <remarks>See <see cref="ScaledInitializer"/>. Source: LeCun and others, "Efficient BackProp", 1998, section 4.6.</remarks>
public sealed record LecunNormal : ScaledInitializer
{
    private protected override (double Scale, FanMode Mode, FanDistribution Distribution) Form => (1, FanMode.FanIn, FanDistribution.TruncatedNormal);
}

public static partial class InitializerCatalog
{
    /// <summary>lecun_normal</summary>
    public static readonly Entry<Initializer> LecunNormal = Add("lecun_normal", "truncated normal, variance 1 / fan in: for layers followed by selu or tanh", new LecunNormal());
}
