using Equipoise.Catalogs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Initializers;

/// <summary>Normal numbers.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation (before truncation), at least 0.</param>
public sealed record RandomNormal(double Mean = 0, double Deviation = 0.05) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random)
    {
        Check();
        Draw.Normal(values, Mean, Deviation, random);
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.Finite(nameof(RandomNormal), nameof(Mean), Mean);
        Require.AtLeast(nameof(RandomNormal), nameof(Deviation), Deviation, 0);
    }
}

public static partial class InitializerCatalog
{
    /// <summary>random_normal</summary>
    public static readonly Entry<Initializer> RandomNormal = Add("random_normal", "normal with a given mean and deviation", new RandomNormal(),
        Setting<Initializer>.Number<RandomNormal>("mean", "their mean", x => x.Mean, (x, v) => x with { Mean = v }),
        Setting<Initializer>.Number<RandomNormal>("deviation", "their standard deviation", x => x.Deviation, (x, v) => x with { Deviation = v }, minimum: 0))
        .Alias("normal");
}
