namespace Equipoise.Configs;

/// <summary>One component for reading.</summary>
/// <param name="Name">Its name, as written in a config.</param>
/// <param name="Aliases">Further names.</param>
/// <param name="Summary">What it is, in a line.</param>
/// <param name="Settings">Its settings; the first may be written without its name.</param>
public sealed record CatalogItem(string Name, IReadOnlyList<string> Aliases, string Summary, IReadOnlyList<CatalogSetting> Settings)
{
    /// <summary>What it must be given, in words; empty where that says nothing.</summary>
    public string Needs { get; init; } = "";

    /// <summary>Formula, shapes, edge cases: what its doc comment says; empty where the documentation file is not beside the assembly.</summary>
    public string Details { get; init; } = "";

    /// <summary>Where it comes from: authors, title, year; empty where that is common knowledge.</summary>
    public string Source { get; init; } = "";
}
