using Equipoise.Catalogs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Initializers;

/// <summary>All ones.</summary>
public sealed record Ones : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random) => values.Fill(1);
}

public static partial class InitializerCatalog
{
    /// <summary>ones</summary>
    public static readonly Entry<Initializer> Ones = Add("ones", "all ones", new Ones()).Alias("one");
}
