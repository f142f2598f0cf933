using Equipoise.Configs;

namespace Equipoise.Trials;

/// <summary>A config with some settings changed, under a name.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Changes">The changes, in order; none: the config as it is.</param>
public sealed record Variant(string Name, IReadOnlyList<ConfigChange> Changes)
{
    /// <summary>Where it comes from, for messages: <c>--variant 2</c>; null: its name is said.</summary>
    public string? Source { get; init; }

    /// <summary>What messages call it.</summary>
    internal string Where => Source ?? $"variant '{Name}'";

    /// <summary>Reads <c>NAME:path=value;path=value</c>; without a name the changes are the name. Semicolons in brackets or quotation marks belong to a value.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="ConfigException">A change has no '='.</exception>
    public static Variant Parse(string text, string? source = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        int equals = text.IndexOf('=', StringComparison.Ordinal), colon = text.IndexOf(':', StringComparison.Ordinal);
        bool named = colon > 0 && (equals < 0 || colon < equals);
        string changes = named ? text[(colon + 1)..] : text;
        var variant = new Variant((named ? text[..colon] : text).Trim(), []) { Source = source };
        // A name alone is the config as it is, to compare the others with.
        if (changes.Trim().Length == 0) return variant;
        return variant with { Changes = [.. Parts(changes).Select(part => ConfigChange.Parse(part, variant.Where))] };
    }

    /// <summary>The config with the changes made in its text, so that it can be shown, saved and read again.</summary>
    /// <exception cref="ConfigException">A change leads nowhere, or the changed config has mistakes; all of one kind are told, in the changed text.</exception>
    public Config Apply(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (Changes.Count == 0) return config;
        if (config.Text.Length == 0) throw new ArgumentException("The config was made by a program and has no text that changes could be made in. Make the variants in the program too.", nameof(config));
        string text = config.Text;
        foreach (var change in Changes) text = ConfigEdit.Set(text, change.Path, change.Value, Where);
        return Config.ReadAs($"{(config.File is null ? "config" : Path.GetFileName(config.File))} with {Where}", text, config.File);
    }

    private static IEnumerable<string> Parts(string text)
    {
        int depth = 0, start = 0;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'') quote = c;
            else if (c is '[' or '{') depth++;
            else if (c is ']' or '}') depth--;
            else if (c == ';' && depth == 0)
            {
                if (text[start..i].Trim().Length > 0) yield return text[start..i].Trim();
                start = i + 1;
            }
        }
        if (text[start..].Trim().Length > 0) yield return text[start..].Trim();
    }
}
