using Equipoise.Catalogs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Initializers;

/// <summary>What a parameter holds before training.</summary>
/// <remarks>Random values depend on the stream and the place alone, so equal streams give equal parameters.</remarks>
public abstract record Initializer
{
    /// <summary>Fills a parameter.</summary>
    /// <param name="values">The parameter, row by row.</param>
    /// <param name="shape">Its shape; the product is the length of <paramref name="values"/>.</param>
    /// <param name="random">A stream for this parameter alone.</param>
    public abstract void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random);

    /// <summary>Refuses settings outside their range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range; the message names it, its value and the range.</exception>
    public virtual void Check()
    {
    }
}

/// <summary>Initialisers by name.</summary>
public static partial class InitializerCatalog
{
    private static Catalog<Initializer>? _catalog;        // no initialiser on purpose: the parts of this class initialise in file order

    /// <summary>The catalogue.</summary>
    public static Catalog<Initializer> Catalog => _catalog!;

    private static Entry<Initializer> Add<T>(string name, string summary, T @default, params Setting<Initializer>[] settings) where T : Initializer
        => (_catalog ??= new("initializer")).Add(name, summary, @default, settings);
}
