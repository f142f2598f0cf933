namespace Equipoise.Configs;

/// <summary>One component for reading.</summary>
/// <param name="Name">Its name, as written in a config.</param>
/// <param name="Aliases">Further names.</param>
/// <param name="Summary">What it is, in a line.</param>
/// <param name="Settings">Its settings; the first may be written without its name.</param>
public sealed record CatalogItem(string Name, IReadOnlyList<string> Aliases, string Summary, IReadOnlyList<CatalogSetting> Settings);
