using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>The keys that a part of a config may have. An unknown key is a mistake, told with the nearest known one.</summary>
internal sealed class ConfigSection<T>(string name, T @default, params ConfigKey<T>[] keys) where T : ConfigPart
{
    public string Name { get; } = name;

    public IReadOnlyList<ConfigKey<T>> Keys { get; } = keys;

    public T Default { get; } = @default;

    /// <summary>Reads a map. Keys among <paramref name="further"/> are left for someone else to read.</summary>
    public T Read(SettingNode node, string path, Problems problems, Func<SettingNode, IReadOnlyCollection<string>>? further = null)
    {
        var part = Default with { Node = node, Path = path };
        if (node.Entries is not { } entries)
        {
            problems.Add(node.Mark, path, $"A map of keys is wanted here ({string.Join(", ", Keys.Take(4).Select(k => k.Name))}{(Keys.Count > 4 ? ", ..." : "")}), but there is {node.Describe()}.");
            return part;
        }
        var others = further?.Invoke(node) ?? [];
        foreach (var entry in entries)
        {
            string inner = path.Length == 0 ? entry.Key : $"{path}.{entry.Key}";
            if (Keys.FirstOrDefault(k => k.Name == entry.Key) is { } key)
            {
                if (entry.Value.IsNull) problems.Add(entry.KeyMark, inner, $"'{entry.Key}' has no value. Write one ({key.Values}), or remove the key.");
                else part = key.Read(part, entry.Value, inner, problems);
            }
            else if (!others.Contains(entry.Key))
            {
                problems.Add(entry.KeyMark, path, $"There is no key '{entry.Key}' in {Name}. {Suggestion.Advice(entry.Key, [.. Keys.Select(k => k.Name), .. others])}");
            }
        }
        return part;
    }
}
