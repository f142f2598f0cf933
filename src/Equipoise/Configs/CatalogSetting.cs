namespace Equipoise.Configs;

/// <summary>One setting of a component, or one key of a part of a config, for reading.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Range">What it takes, in words.</param>
/// <param name="Default">Its default as written in a config; empty where the meaning tells.</param>
public sealed record CatalogSetting(string Name, string Meaning, string Range, string Default);
