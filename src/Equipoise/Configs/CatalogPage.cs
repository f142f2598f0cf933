namespace Equipoise.Configs;

/// <summary>One kind of component for reading: <c>loss</c>, <c>layer</c> ..., or a part of a config with its keys.</summary>
/// <param name="Kind">The kind in a word.</param>
/// <param name="Title">What it is for, in a line.</param>
/// <param name="Entries">Its components by name.</param>
public sealed record CatalogPage(string Kind, string Title, IReadOnlyList<CatalogItem> Entries)
{
    /// <summary>The kind in the plural: <c>losses</c>; a config has one set of keys.</summary>
    public string Plural => Kind == "config" ? "config" : Kind.EndsWith('s') ? $"{Kind}es" : $"{Kind}s";
}
