using System.Globalization;

namespace Equipoise.Catalogs;

/// <summary>Components of one kind by name, read from and written to configurations. Nothing is found by reflection: each component adds itself.</summary>
/// <typeparam name="T">What the catalogue holds: losses, layers, optimizers ...</typeparam>
/// <param name="kind">The kind in a word, for messages: <c>loss</c>.</param>
public sealed class Catalog<T>(string kind) where T : class
{
    private readonly List<Entry<T>> _entries = [];

    /// <summary>The kind in a word.</summary>
    public string Kind { get; } = kind;

    /// <summary>Makes a component of a bare number (<c>learning_rate: 0.001</c> where a schedule is wanted), or null where a number says nothing.</summary>
    public Func<double, T>? FromNumber { get; init; }

    /// <summary>The reverse of <see cref="FromNumber"/>: the number that says the same as the component, or null if none does.</summary>
    public Func<T, double?>? ToNumber { get; init; }

    /// <summary>All components, by name.</summary>
    public IReadOnlyList<Entry<T>> Entries => [.. _entries.OrderBy(e => e.Name, StringComparer.Ordinal)];

    /// <summary>The names, sorted.</summary>
    public IReadOnlyCollection<string> Names => [.. _entries.Select(e => e.Name).Order(StringComparer.Ordinal)];

    /// <summary>Adds a component. A name may be given only once.</summary>
    public Entry<T> Add(string name, string summary, T @default, params Setting<T>[] settings)
    {
        if (TryFind(name) is not null) throw new ArgumentException($"There is a {Kind} called '{name}' already.", nameof(name));
        var entry = new Entry<T>(name, summary, @default, settings);
        _entries.Add(entry);
        return entry;
    }

    /// <summary>The component of that name or alias, or null.</summary>
    public Entry<T>? TryFind(string name) => _entries.Find(e => e.IsCalled(name));

    /// <summary>The component of that name or alias.</summary>
    /// <exception cref="UnknownNameException">There is none.</exception>
    public Entry<T> Find(string name) => TryFind(name) ?? throw new UnknownNameException(Kind, name, Names);

    /// <summary>The entry that a component came from, by its type.</summary>
    public Entry<T> EntryOf(T component) => _entries.Find(e => e.Default.GetType() == component.GetType())
        ?? throw new ArgumentException($"{component.GetType().Name} is not in the catalogue of kind {Kind}. Add it with Catalog.Add to save and load it.", nameof(component));

    /// <summary>
    /// Reads a component: <c>name</c>, a number if <see cref="FromNumber"/> is set, <c>{name: value of its first setting}</c>, <c>{name: {setting: value}}</c>, or <c>{name: value, setting: value}</c>.
    /// Mistakes go to <paramref name="problems"/>; null is returned if no component could be made out.
    /// </summary>
    public T? Read(SettingNode node, string path, Problems problems)
    {
        if (node.Scalar is { } scalar && !node.IsNull)
        {
            if (TryFind(scalar) is { } found) return found.Default;
            if (FromNumber is not null && double.TryParse(scalar.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            {
                return FromNumber(number);
            }
            ReportUnknown(node.Mark, path, scalar, problems);
            return null;
        }
        if (node.Entries is not { Count: > 0 } entries)
        {
            problems.Add(node.Mark, path, $"A {Kind} is wanted here, as a name or {{name: settings}}, but there is {node.Describe()}. {Suggestion.Advice("", Names)}");
            return null;
        }
        var head = entries.FirstOrDefault(e => TryFind(e.Key) is not null);
        // A misspelt name before a setting that happens to be a name too: {dens: 8, activation: relu}.
        bool misspelt = head is not null && head != entries[0] && Suggestion.Nearest(entries[0].Key, Names) is not null
            && Find(head.Key).Settings.All(s => s.Name != entries[0].Key);
        if (head is null || misspelt)
        {
            ReportUnknown(entries[0].KeyMark, path, entries[0].Key, problems);
            return null;
        }
        var entry = Find(head.Key);
        var component = ReadHead(entry, head, $"{path}.{head.Key}", problems);
        foreach (var other in entries)
        {
            if (!ReferenceEquals(other, head)) component = ReadSetting(entry, component, other, path, problems);
        }
        return component;
    }

    /// <summary>Writes a component so that <see cref="Read"/> gives it back: settings at their default are left out.</summary>
    public SettingNode Write(T component)
    {
        if (ToNumber?.Invoke(component) is { } number) return SettingNode.Of(number);
        var entry = EntryOf(component);
        var settings = new List<SettingEntry>();
        foreach (var setting in entry.Settings)
        {
            var value = setting.Write(component);
            if (value.ToString() != setting.Write(entry.Default).ToString()) settings.Add(new SettingEntry(setting.Name, value));
        }
        return settings.Count == 0 ? SettingNode.Of(entry.Name) : SettingNode.Map([new SettingEntry(entry.Name, SettingNode.Map(settings))]);
    }

    private static T ReadHead(Entry<T> entry, SettingEntry head, string path, Problems problems)
    {
        var value = head.Value;
        if (value.IsNull || value.Entries is { Count: 0 }) return entry.Default;
        bool isSettings = value.Entries is { } pairs
            && !(entry.Settings.Count > 0 && entry.Settings[0].TakesMap && pairs.All(p => Suggestion.Nearest(p.Key, entry.Settings.Select(s => s.Name)) is null));
        if (isSettings)
        {
            var component = entry.Default;
            foreach (var pair in value.Entries!) component = ReadSetting(entry, component, pair, path, problems);
            return component;
        }
        if (entry.Settings.Count == 0)
        {
            problems.Add(value.Mark, path, $"'{entry.Name}' has no settings, but there is {value.Describe()}. Write just {entry.Name}.");
            return entry.Default;
        }
        return entry.Settings[0].Read(entry.Default, value, path, problems);
    }

    private static T ReadSetting(Entry<T> entry, T component, SettingEntry pair, string path, Problems problems)
    {
        foreach (var setting in entry.Settings)
        {
            if (setting.Name == pair.Key) return setting.Read(component, pair.Value, $"{path}.{pair.Key}", problems);
        }
        string[] known = [.. entry.Settings.Select(s => s.Name)];
        problems.Add(pair.KeyMark, path, $"'{entry.Name}' has no setting called '{pair.Key}'. {Suggestion.Advice(pair.Key, known)}");
        return component;
    }

    private void ReportUnknown(Mark mark, string path, string name, Problems problems)
        => problems.Add(mark, path, $"There is no {Kind} called '{name}'. {Suggestion.Advice(name, [.. _entries.SelectMany(e => e.Aliases.Prepend(e.Name)).Order(StringComparer.Ordinal)])}");
}
