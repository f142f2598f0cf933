using Equipoise.Catalogs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Initializers;

/// <summary>Uniform numbers in a given range.</summary>
/// <param name="Minimum">Least value.</param>
/// <param name="Maximum">Greatest value, at least <paramref name="Minimum"/>.</param>
public sealed record RandomUniform(double Minimum = -0.05, double Maximum = 0.05) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random)
    {
        Check();
        Draw.Uniform(values, Minimum, Maximum, random);
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.Finite(nameof(RandomUniform), nameof(Minimum), Minimum);
        Require.AtLeast(nameof(RandomUniform), nameof(Maximum), Maximum, Minimum);
    }
}

public static partial class InitializerCatalog
{
    /// <summary>random_uniform</summary>
    public static readonly Entry<Initializer> RandomUniform = Add("random_uniform", "uniform in a given range", new RandomUniform(),
        Setting<Initializer>.Number<RandomUniform>("minimum", "least value", x => x.Minimum, (x, v) => x with { Minimum = v }),
        Setting<Initializer>.Number<RandomUniform>("maximum", "greatest value", x => x.Maximum, (x, v) => x with { Maximum = v }))
        .Alias("uniform");
}
