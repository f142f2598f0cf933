namespace Equipoise.Catalogs;

/// <summary>One component of a catalogue: its name, what it is, its default form and its settings.</summary>
/// <typeparam name="T">What the catalogue holds.</typeparam>
public sealed class Entry<T> where T : class
{
    private readonly List<string> _aliases = [];

    internal Entry(string name, string summary, T @default, Setting<T>[] settings)
    {
        Name = name;
        Summary = summary;
        Default = @default;
        Settings = settings;
    }

    /// <summary>Name in snake case, as written in a config.</summary>
    public string Name { get; }

    /// <summary>What it is, in one line.</summary>
    public string Summary { get; }

    /// <summary>The component with every setting at its default.</summary>
    public T Default { get; }

    /// <summary>Its settings; the first is the positional one: <c>{name: value}</c>.</summary>
    public IReadOnlyList<Setting<T>> Settings { get; }

    /// <summary>Further names that are understood.</summary>
    public IReadOnlyList<string> Aliases => _aliases;

    /// <summary>Adds a further name.</summary>
    public Entry<T> Alias(params string[] names)
    {
        _aliases.AddRange(names);
        return this;
    }

    /// <summary>Where it comes from: authors, title, year; empty where that is common knowledge.</summary>
    public string Source { get; private set; } = "";

    /// <summary>Says where it comes from.</summary>
    public Entry<T> From(string source)
    {
        Source = source;
        return this;
    }

    internal bool IsCalled(string name) => Name == name || _aliases.Contains(name);
}
