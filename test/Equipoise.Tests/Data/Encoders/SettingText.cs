using Equipoise.Catalogs;

namespace Equipoise.Tests.Data;

/// <summary>Reads <c>name</c> or <c>name: {setting: value, list: [a, b]}</c>, so that tests can write settings as a config does.</summary>
internal static class SettingText
{
    public static SettingNode Parse(string text)
    {
        int colon = text.IndexOf(": {", StringComparison.Ordinal);
        if (colon < 0) return SettingNode.Of(text);
        var entries = new List<SettingEntry>();
        string inside = text[(colon + 3)..^1];
        while (inside.Length > 0)
        {
            int end = inside.IndexOf(": ", StringComparison.Ordinal);
            string key = inside[..end];
            inside = inside[(end + 2)..];
            int stop = inside[0] == '[' ? inside.IndexOf(']', StringComparison.Ordinal) + 1 : inside.IndexOf(", ", StringComparison.Ordinal);
            string value = stop < 0 ? inside : inside[..stop];
            entries.Add(new SettingEntry(key, value[0] == '[' ? SettingNode.List(value[1..^1].Split(", ").Select(item => SettingNode.Of(item))) : SettingNode.Of(value)));
            inside = stop < 0 ? "" : inside[stop..].TrimStart(',', ' ');
        }
        return SettingNode.Map([new SettingEntry(text[..colon], SettingNode.Map(entries))]);
    }
}
