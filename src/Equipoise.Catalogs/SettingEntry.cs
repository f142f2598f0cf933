namespace Equipoise.Catalogs;

/// <summary>One key of a map with its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value.</param>
/// <param name="KeyMark">Where the key stands.</param>
public sealed record SettingEntry(string Key, SettingNode Value, Mark KeyMark = default);
