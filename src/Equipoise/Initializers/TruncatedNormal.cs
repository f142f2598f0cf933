using Equipoise.Catalogs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Initializers;

/// <summary>Normal numbers, drawn again beyond two deviations.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation (before truncation), at least 0.</param>
public sealed record TruncatedNormal(double Mean = 0, double Deviation = 0.05) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random)
    {
        Check();
        Draw.TruncatedNormal(values, Mean, Deviation, random);
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.Finite(nameof(TruncatedNormal), nameof(Mean), Mean);
        Require.AtLeast(nameof(TruncatedNormal), nameof(Deviation), Deviation, 0);
    }
}

public static partial class InitializerCatalog
{
    /// <summary>truncated_normal</summary>
    public static readonly Entry<Initializer> TruncatedNormal = Add("truncated_normal", "normal, drawn again beyond two deviations", new TruncatedNormal(),
        Setting<Initializer>.Number<TruncatedNormal>("mean", "their mean", x => x.Mean, (x, v) => x with { Mean = v }),
        Setting<Initializer>.Number<TruncatedNormal>("deviation", "their standard deviation", x => x.Deviation, (x, v) => x with { Deviation = v }, minimum: 0));
}
