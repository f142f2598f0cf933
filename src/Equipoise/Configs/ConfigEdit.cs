using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>Changes single settings in the text of a config, YAML or JSON; everything else stays as it was written: comments, order, spaces.</summary>
/// <remarks>
/// A setting is named by keys with dots between them: <c>training.epochs</c>, <c>outputs.price.loss</c>, <c>outputs[1].weight</c>, <c>trunk[0].dense.units</c>. A part of a list is
/// named by its <c>name</c>, or by its place from 0; a name with a dot stands in quotation marks. What is missing on the way is made. Short forms are written out where that is needed:
/// <c>- price</c> becomes <c>- {name: price, weight: 0.5}</c>, <c>{sgd: 0.1}</c> becomes <c>{sgd: 0.1, momentum: 0.9}</c>. A comment inside of what is replaced, or behind what is taken out, gets a line of its own above.
/// Nothing is checked but that the result is YAML: <see cref="Config.Read"/> says whether it is a config.
/// </remarks>
public static class ConfigEdit
{
    // Parts whose keys stand by themselves; everywhere else keys are names and settings of components.
    private static readonly HashSet<string> Sections = new(StringComparer.Ordinal) { "", "data", "data.split", "balance", "training", "training.early_stopping", "training.reduce_learning_rate", "inputs[]", "outputs[]", "branches[]" };

    // What a text alone means where a map may stand.
    private static readonly Dictionary<string, string> ShortForms = new(StringComparer.Ordinal)
    {
        ["data"] = "source", ["data.split"] = "column", ["balance"] = "method", ["training.early_stopping"] = "patience", ["training.reduce_learning_rate"] = "patience", ["inputs[]"] = "name", ["outputs[]"] = "name", ["branches[]"] = "name",
    };

    /// <summary>The text with one setting changed or added.</summary>
    /// <param name="text">A config that can be read.</param>
    /// <param name="path">The setting: <c>outputs.price.weight</c>.</param>
    /// <param name="value">Its value, as it would stand in the config: <c>0.3</c>, <c>{huber: {delta: 1}}</c>.</param>
    /// <param name="where">Where the change comes from, for messages: <c>--variant 2</c>.</param>
    /// <exception cref="ConfigException">The path leads nowhere, the value is no YAML, or the text is no config at all.</exception>
    public static string Set(string text, string path, string value, string where = "change")
    {
        ArgumentNullException.ThrowIfNull(value);
        var way = new Way(text, path, $"{path}={value}", where, spareShared: false);
        var problems = new Problems();
        var node = ConfigText.Read(value, problems);
        if (!problems.Any && !node.IsNull) return way.Checked(way.Set(node));
        throw way.Fault(path.Length + 2, problems.Any ? $"The value cannot be read: {problems.All[0].Message}" : "There is no value behind the '='.");
    }

    /// <summary>The text without a setting, or without an item of a list.</summary>
    /// <param name="text">A config that can be read.</param>
    /// <param name="path">The setting: <c>outputs.price.class_weights</c>.</param>
    /// <param name="where">Where the change comes from, for messages.</param>
    /// <exception cref="ConfigException">There is no such setting, or the text is no config at all.</exception>
    public static string Remove(string text, string path, string where = "change") => Remove(text, path, where, spareShared: false);

    // With spareShared, what stands behind an anchor is not changed, since other places would change with it.
    internal static string Set(string text, string path, SettingNode value, string where, bool spareShared)
    {
        var way = new Way(text, path, path, where, spareShared);
        return way.Checked(way.Set(value));
    }

    internal static string Remove(string text, string path, string where, bool spareShared)
    {
        var way = new Way(text, path, path, where, spareShared);
        return way.Checked(way.Remove());
    }

    /// <summary>The text with one item more at the end of a list; a list of one, where there is none yet.</summary>
    internal static string Add(string text, string path, SettingNode item, string where, bool spareShared)
    {
        var way = new Way(text, path, path, where, spareShared);
        return way.Checked(way.Add(item));
    }

    // From the root to the setting.
    private sealed class Way
    {
        private readonly IReadOnlyList<ConfigAddress.Step> _steps;
        private readonly TextSpot _root;
        private readonly SpotEditor _editor;
        private readonly string _text;
        private readonly string _path;
        private readonly string _shown;
        private readonly string _where;
        private readonly bool _spareShared;

        public Way(string text, string path, string shown, string where, bool spareShared)
        {
            ArgumentNullException.ThrowIfNull(text);
            ArgumentNullException.ThrowIfNull(path);
            var problems = new Problems();
            ConfigText.Read(text, problems);
            if (problems.Any) throw new ConfigException("config", text, problems.All);
            _steps = ConfigAddress.Parse(path, problems);
            if (problems.Any) throw new ConfigException(where, shown, problems.All);
            (_text, _path, _shown, _where, _spareShared) = (text, path, shown, where, spareShared);
            _root = TextSpot.Read(text);
            if (_root.Entries is null) throw new ConfigException("The config is no map of keys, so no setting of it can be changed.");
            _editor = new SpotEditor(text, _root);
        }

        public string Set(SettingNode value)
        {
            var node = _root;
            string path = "";
            TextSpot? map = null, key = null;                  // that the value at hand is in
            for (int s = 0; s < _steps.Count; s++)
            {
                var step = _steps[s];
                if (node.Entries is not null)
                {
                    path = path.Length == 0 ? step.Name : $"{path}.{step.Name}";
                    if (Entry(node, s) is not { } entry) return _editor.Insert(node, step.Name, Nested(s + 1, value));
                    (map, key, node) = (node, entry.Key, entry.Value);
                }
                else if (node.Items is not null || IsOnlyItem(node, path, step))
                {
                    node = Item(node, s);
                    (map, key) = (null, null);
                    path += "[]";
                }
                else
                {
                    if (step.Index is not null) throw Fault(step.Column, NoList(s));
                    var rest = Nested(s + 1, value);
                    if (node.Scalar is { Length: > 0 } scalar && ShortForms.TryGetValue(path, out string? full))
                    {
                        return _editor.Replace(node, key, step.Name == full ? Map((full, rest)) : Map((full, SettingNode.Of(scalar, node.IsQuoted)), (step.Name, rest)));
                    }
                    int dot = Math.Max(path.LastIndexOf('.'), 0);
                    bool inSection = Sections.Contains(path[..dot]) || path.EndsWith(']');
                    if (node.IsNothing || inSection || node.Scalar == step.Name || map is null) return _editor.Replace(node, key, Map((step.Name, rest)));
                    // A setting beside the first one: {sgd: 0.1} and momentum.
                    return map.Find(step.Name) is { } beside ? _editor.Replace(beside.Value, beside.Key, rest) : _editor.Insert(map, step.Name, rest);
                }
                Spare(node, s, last: s == _steps.Count - 1);
            }
            return _editor.Replace(node, key, value);
        }

        public string Remove()
        {
            var node = _root;
            for (int s = 0; s < _steps.Count; s++)
            {
                TextSpot next;
                if (node.Entries is { } entries && _steps[s].Index is null)
                {
                    next = (Entry(node, s) ?? throw Fault(_steps[s].Column, $"There is no key '{_steps[s].Name}' here. {Suggestion.Advice(_steps[s].Name, [.. entries.Select(e => e.Key.Scalar ?? "")])}")).Value;
                }
                else next = node.Items is not null ? Item(node, s) : throw Fault(_steps[s].Column, $"There is nothing called '{_steps[s].Name}' here.");
                Spare(next, s, last: s == _steps.Count - 1);
                if (s == _steps.Count - 1) return _editor.Take(node, next);
                node = next;
            }
            return _text;
        }

        public string Add(SettingNode item)
        {
            var node = _root;
            for (int s = 0; s < _steps.Count; s++)
            {
                if ((node.Entries is not null ? Entry(node, s)?.Value : node.Items is not null ? Item(node, s) : null) is not { } next) return Set(SettingNode.List([item]));
                node = next;
                Spare(node, s, last: s == _steps.Count - 1);
            }
            return _editor.Add(node, item);
        }

        // Whatever came out must at least be YAML; anything else would be the editor's own fault.
        public string Checked(string changed)
        {
            var problems = new Problems();
            ConfigText.Read(changed, problems);
            return problems.Any ? throw new ConfigException($"{_where}: '{_path}' cannot be changed in place in this config; change it by hand. ({problems.All[0].Message})") : changed;
        }

        public ConfigException Fault(int column, string message) => new(_where, _shown, [new Problem(new Mark(1, column), "", message)]);

        // An alias is not looked into; with spareShared nothing that an anchor shares is changed.
        private void Spare(TextSpot node, int s, bool last)
        {
            if (node.IsAlias && (!last || _spareShared)) throw Fault(_steps[Math.Min(s + 1, _steps.Count - 1)].Column, $"'{_text[node.Start..node.End]}' stands for a value elsewhere in the config. Change the value there, or the whole '{Shown(s + 1)}'.");
            if (node.HasAnchor && _spareShared) throw Fault(_steps[s].Column, $"An anchor stands before '{Shown(s + 1)}', so other places would change with it.");
        }

        private (TextSpot Key, TextSpot Value)? Entry(TextSpot map, int s)
            => _steps[s].Index is null ? map.Find(_steps[s].Name) : throw Fault(_steps[s].Column, $"'{Shown(s)}' is a map of keys and no list, so it has no place [{_steps[s].Name}].");

        // A name alone may stand for a list of one: outputs: price.
        private static bool IsOnlyItem(TextSpot node, string path, ConfigAddress.Step step)
            => node.Scalar is { Length: > 0 } name && ShortForms.ContainsKey($"{path}[]") && (step.Index == 0 || step.Name == name);

        private TextSpot Item(TextSpot list, int s)
        {
            if (list.Items is not { } items) return list;
            var step = _steps[s];
            if (step.Index is { } index)
            {
                return index < items.Count ? items[index] : throw Fault(step.Column, $"'{Shown(s)}' has {items.Count} {(items.Count == 1 ? "item" : "items")}, so there is no [{index}]; places are counted from 0.");
            }
            string?[] names = [.. items.Select(NameOf)];
            int found = Array.IndexOf(names, step.Name);
            if (found >= 0) return items[found];
            string[] known = [.. names.OfType<string>()];
            throw Fault(step.Column, known.Length == 0
                ? $"The items of '{Shown(s)}' have no names. Say which one by its place, from 0: {Shown(s)}[0]."
                : $"There is no '{step.Name}' in '{Shown(s)}'. {Suggestion.Advice(step.Name, known)}");
        }

        private static string? NameOf(TextSpot item)
            => item.Entries is null ? item.Scalar : (item.Find("name") ?? item.Find("column"))?.Value.Scalar;

        private string Shown(int count) => string.Concat(_steps.Take(count).Select((s, i) => s.Index is not null ? $"[{s.Name}]" : i == 0 ? s.Name : $".{s.Name}"));

        private SettingNode Nested(int from, SettingNode value)
        {
            for (int s = _steps.Count - 1; s >= from; s--)
            {
                if (_steps[s].Index is not null) throw Fault(_steps[s].Column, NoList(s));
                value = Map((_steps[s].Name, value));
            }
            return value;
        }

        private string NoList(int s) => $"There is no list '{Shown(s)}' in the config, so it has no place [{_steps[s].Name}].";

        private static SettingNode Map(params (string Key, SettingNode Value)[] entries) => SettingNode.Map(entries.Select(e => new SettingEntry(e.Key, e.Value)));
    }
}
