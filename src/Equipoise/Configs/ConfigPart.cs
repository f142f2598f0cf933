using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>A part of a config. It remembers where it stands in the file, so that what turns out wrong later is still told with its line.</summary>
public abstract record ConfigPart
{
    /// <summary>What was written; nothing if the part was left out or made by a program.</summary>
    internal SettingNode Node { get; init; } = SettingNode.Null();

    /// <summary>The path of keys to it: <c>outputs[1]</c>.</summary>
    internal string Path { get; init; } = "";

    /// <summary>Whether the key was written.</summary>
    internal bool Says(string key) => Node.Find(key) is not null;

    /// <summary>The place of a key's value, or of the part if the key was left out.</summary>
    internal Mark MarkOf(string key) => Node.Find(key) is { } entry ? (entry.Value.IsNull ? entry.KeyMark : entry.Value.Mark) : Node.Mark;

    /// <summary>The path of a key, or of the part if the key was left out.</summary>
    internal string PathOf(string key) => Says(key) ? (Path.Length == 0 ? key : $"{Path}.{key}") : Path;

    /// <summary>Reports a mistake at the value of a key.</summary>
    internal void Report(Problems problems, string key, string message) => problems.Add(MarkOf(key), PathOf(key), message);
}
