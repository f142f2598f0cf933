using Equipoise.Catalogs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Initializers;

/// <summary>All zeros.</summary>
public sealed record Zeros : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random) => values.Clear();
}

public static partial class InitializerCatalog
{
    /// <summary>zeros</summary>
    public static readonly Entry<Initializer> Zeros = Add("zeros", "all zeros", new Zeros()).Alias("zero");
}
