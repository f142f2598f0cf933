using Equipoise.Catalogs;
using Equipoise.Configs;

namespace Equipoise.Advice;

/// <summary>One change of a config's text.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Part">The path of the part: <c>outputs[1]</c>, <c>training</c>; empty for the config itself.</param>
/// <param name="Key">The key of the part.</param>
public sealed record AdviceEdit(EditKind Kind, string Part, string Key)
{
    /// <summary>The new value or item; null for what is taken away.</summary>
    public SettingNode? Value { get; init; }

    /// <summary>The place of the item to take out, from 0.</summary>
    public int Item { get; init; }

    internal static AdviceEdit Set(ConfigPart part, string key, SettingNode value) => new(EditKind.Set, part.Path, key) { Value = value };

    internal static AdviceEdit Set(ConfigPart part, string key, string value) => Set(part, key, SettingNode.Of(value));

    internal static AdviceEdit Remove(ConfigPart part, string key) => new(EditKind.Remove, part.Path, key);

    internal static AdviceEdit Add(ConfigPart part, string key, SettingNode item) => new(EditKind.AddItem, part.Path, key) { Value = item };

    internal static AdviceEdit RemoveItem(ConfigPart part, string key, int item) => new(EditKind.RemoveItem, part.Path, key) { Item = item };
}
