using Equipoise.Catalogs;

namespace Equipoise.Initializers;

/// <summary>The general form of Glorot, He and LeCun: see <see cref="ScaledInitializer"/>.</summary>
/// <param name="Scale">Factor of the variance, above 0.</param>
/// <param name="Mode">Which fan divides it.</param>
/// <param name="Distribution">Shape of the distribution.</param>
public sealed record VarianceScaling(double Scale = 1, FanMode Mode = FanMode.FanIn, FanDistribution Distribution = FanDistribution.TruncatedNormal) : ScaledInitializer
{
    private protected override (double Scale, FanMode Mode, FanDistribution Distribution) Form => (Scale, Mode, Distribution);

    /// <inheritdoc/>
    public override void Check() => Require.Above(nameof(VarianceScaling), nameof(Scale), Scale, 0);
}

public static partial class InitializerCatalog
{
    /// <summary>variance_scaling</summary>
    public static readonly Entry<Initializer> VarianceScaling = Add("variance_scaling", "random, with variance scale / fan", new VarianceScaling(),
        Setting<Initializer>.Number<VarianceScaling>("scale", "factor of the variance", x => x.Scale, (x, v) => x with { Scale = v }, above: 0),
        Setting<Initializer>.Choice<VarianceScaling, FanMode>("mode", "which fan divides it", x => x.Mode, (x, v) => x with { Mode = v }),
        Setting<Initializer>.Choice<VarianceScaling, FanDistribution>("distribution", "shape of the distribution", x => x.Distribution, (x, v) => x with { Distribution = v }));
}
