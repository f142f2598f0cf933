using Equipoise.Catalogs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Initializers;

/// <summary>The same number everywhere.</summary>
/// <param name="Value">The number.</param>
public sealed record Constant(double Value = 0) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random)
    {
        Check();
        values.Fill((float)Value);
    }

    /// <inheritdoc/>
    public override void Check() => Require.Finite(nameof(Constant), nameof(Value), Value);
}

public static partial class InitializerCatalog
{
    /// <summary>constant</summary>
    public static readonly Entry<Initializer> Constant = Add("constant", "the same number everywhere", new Constant(),
        Setting<Initializer>.Number<Constant>("value", "the number", x => x.Value, (x, v) => x with { Value = v }));
}
