using System.Globalization;
using System.Text;
using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>Changes single settings in the text of a config, YAML or JSON; everything else stays as it was written: comments, order, spaces.</summary>
/// <remarks>
/// A setting is named by keys with dots between them: <c>training.epochs</c>, <c>outputs.price.loss</c>, <c>outputs[1].weight</c>, <c>trunk[0].dense.units</c>. A part of a list is
/// named by its <c>name</c>, or by its place from 0; a name with a dot stands in quotation marks. What is missing on the way is made. Short forms are written out where that is needed:
/// <c>- price</c> becomes <c>- {name: price, weight: 0.5}</c>, <c>{sgd: 0.1}</c> becomes <c>{sgd: 0.1, momentum: 0.9}</c>. A value that is replaced goes with the comments inside of it.
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

    private sealed record Place(TextSpot Map, TextSpot Key);

    /// <summary>The text with one setting changed or added.</summary>
    /// <param name="text">A config that can be read.</param>
    /// <param name="path">The setting: <c>outputs.price.weight</c>.</param>
    /// <param name="value">Its value, as it would stand in the config: <c>0.3</c>, <c>{huber: {delta: 1}}</c>.</param>
    /// <param name="where">Where the change comes from, for messages: <c>--variant 2</c>.</param>
    /// <exception cref="ConfigException">The path leads nowhere, the value is no YAML, or the text is no config at all.</exception>
    public static string Set(string text, string path, string value, string where = "change")
    {
        ArgumentNullException.ThrowIfNull(value);
        var (steps, root) = Begin(text, path, $"{path}={value}", where);
        var problems = new Problems();
        var node = ConfigText.Read(value, problems);
        if (problems.Any || node.IsNull)
        {
            string fault = problems.Any ? $"The value cannot be read: {problems.All[0].Message}" : "There is no value behind the '='.";
            throw Fault(where, $"{path}={value}", path.Length + 2, fault);
        }
        string changed = new Editing(text, IsJson(root)).Set(root, steps, node, message => Fault(where, $"{path}={value}", message.Column, message.Text));
        return Checked(changed, path, where);
    }

    /// <summary>The text without a setting, or without an item of a list.</summary>
    /// <param name="text">A config that can be read.</param>
    /// <param name="path">The setting: <c>outputs.price.class_weights</c>.</param>
    /// <param name="where">Where the change comes from, for messages.</param>
    /// <exception cref="ConfigException">There is no such setting, or the text is no config at all.</exception>
    public static string Remove(string text, string path, string where = "change")
    {
        var (steps, root) = Begin(text, path, path, where);
        return Checked(new Editing(text, IsJson(root)).Remove(root, steps, message => Fault(where, path, message.Column, message.Text)), path, where);
    }

    private static (IReadOnlyList<ConfigAddress.Step> Steps, TextSpot Root) Begin(string text, string path, string shown, string where)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(path);
        var problems = new Problems();
        ConfigText.Read(text, problems);
        if (problems.Any) throw new ConfigException("config", text, problems.All);
        var steps = ConfigAddress.Parse(path, problems);
        if (problems.Any) throw new ConfigException(where, shown, problems.All);
        var root = TextSpot.Read(text);
        return root.Entries is null ? throw new ConfigException("The config is no map of keys, so no setting of it can be changed.") : (steps, root);
    }

    // Whatever came out must at least be YAML; anything else would be the editor's own fault.
    private static string Checked(string changed, string path, string where)
    {
        var problems = new Problems();
        ConfigText.Read(changed, problems);
        return problems.Any ? throw new ConfigException($"{where}: '{path}' cannot be changed in place in this config; change it by hand. ({problems.All[0].Message})") : changed;
    }

    private static bool IsJson(TextSpot root) => root.InBrackets && root.Entries!.Count > 0 && root.Entries.All(e => e.Key.IsQuoted);

    private static ConfigException Fault(string where, string shown, int column, string message) => new(where, shown, [new Problem(new Mark(1, column), "", message)]);

    private sealed class Editing(string text, bool json)
    {
        private readonly string _newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

        public string Set(TextSpot root, IReadOnlyList<ConfigAddress.Step> steps, SettingNode value, Func<(int Column, string Text), ConfigException> fault)
        {
            var node = root;
            string path = "";
            Place? place = null, above = null;                 // of the value at hand, and of the map that it is in
            for (int s = 0; s < steps.Count; s++)
            {
                var step = steps[s];
                if (node.IsAlias) throw fault((step.Column, $"'{text[node.Start..node.End]}' stands for a value elsewhere in the config. Change the value there, or the whole '{Shown(steps, s)}'."));
                if (node.Entries is not null)
                {
                    if (step.Index is not null) throw fault((step.Column, $"'{Shown(steps, s)}' is a map of keys and no list, so it has no place [{step.Name}]."));
                    (above, path) = (place, path.Length == 0 ? step.Name : $"{path}.{step.Name}");
                    if (node.Find(step.Name) is not { } entry) return Insert(node, step.Name, Nested(steps, s + 1, value, fault));
                    place = new Place(node, entry.Key);
                    node = entry.Value;
                }
                else if (node.Items is { } items)
                {
                    (node, place) = (Item(items, steps, s, fault), null);
                    path += "[]";
                }
                else
                {
                    var rest = Nested(steps, s + 1, value, fault);
                    if (node.Scalar is { Length: > 0 } scalar && ShortForms.TryGetValue(path, out string? key))
                    {
                        return Replace(node, place, step.Name == key ? Map((key, rest)) : Map((key, SettingNode.Of(scalar, node.IsQuoted)), (step.Name, rest)));
                    }
                    int dot = Math.Max(path.LastIndexOf('.'), 0);
                    bool inSection = Sections.Contains(path[..dot]) || path.EndsWith(']');
                    if (node.IsNothing || inSection || node.Scalar == step.Name || place is null) return Replace(node, place, Map((step.Name, rest)));
                    // A setting beside the first one: {sgd: 0.1} and momentum.
                    return place.Map.Find(step.Name) is { } beside ? Replace(beside.Value, new Place(place.Map, beside.Key), rest) : Insert(place.Map, step.Name, rest);
                }
            }
            return Replace(node, place, value);
        }

        public string Remove(TextSpot root, IReadOnlyList<ConfigAddress.Step> steps, Func<(int Column, string Text), ConfigException> fault)
        {
            var node = root;
            for (int s = 0; s < steps.Count; s++)
            {
                bool last = s == steps.Count - 1;
                if (node.Entries is { } entries && steps[s].Index is null)
                {
                    int at = entries.FindIndex(e => e.Key.Scalar == steps[s].Name);
                    if (at < 0) throw fault((steps[s].Column, $"There is no key '{steps[s].Name}' here. {Suggestion.Advice(steps[s].Name, [.. entries.Select(e => e.Key.Scalar ?? "")])}"));
                    if (last) return Take(node, [.. entries.Select(e => (e.Key.Start, e.Value.IsNothing ? e.Key.End + 1 : e.Value.End))], at);
                    node = entries[at].Value;
                }
                else if (node.Items is { } items)
                {
                    var item = Item(items, steps, s, fault);
                    if (last) return Take(node, [.. items.Select(i => (i.Start, i.End))], items.IndexOf(item));
                    node = item;
                }
                else throw fault((steps[s].Column, $"There is nothing called '{steps[s].Name}' here."));
            }
            return text;
        }

        private static TextSpot Item(List<TextSpot> items, IReadOnlyList<ConfigAddress.Step> steps, int at, Func<(int Column, string Text), ConfigException> fault)
        {
            var step = steps[at];
            string list = Shown(steps, at);
            if (step.Index is { } index)
            {
                return index < items.Count ? items[index] : throw fault((step.Column, $"'{list}' has {items.Count} {(items.Count == 1 ? "item" : "items")}, so there is no [{index}]; places are counted from 0."));
            }
            string?[] names = [.. items.Select(NameOf)];
            int found = Array.IndexOf(names, step.Name);
            if (found >= 0) return items[found];
            string[] known = [.. names.OfType<string>()];
            throw fault((step.Column, known.Length == 0
                ? $"The items of '{list}' have no names. Say which one by its place, from 0: {list}[0]."
                : $"There is no '{step.Name}' in '{list}'. {Suggestion.Advice(step.Name, known)}"));
        }

        private static string? NameOf(TextSpot item)
            => item.Entries is null ? item.Scalar : (item.Find("name") ?? item.Find("column"))?.Value.Scalar;

        private static string Shown(IReadOnlyList<ConfigAddress.Step> steps, int count)
            => string.Concat(steps.Take(count).Select((s, i) => s.Index is not null ? $"[{s.Name}]" : i == 0 ? s.Name : $".{s.Name}"));

        private static SettingNode Nested(IReadOnlyList<ConfigAddress.Step> steps, int from, SettingNode value, Func<(int Column, string Text), ConfigException> fault)
        {
            for (int s = steps.Count - 1; s >= from; s--)
            {
                if (steps[s].Index is not null) throw fault((steps[s].Column, $"There is no list '{Shown(steps, s)}' in the config, so it has no place [{steps[s].Name}]."));
                value = Map((steps[s].Name, value));
            }
            return value;
        }

        private static SettingNode Map(params (string Key, SettingNode Value)[] entries) => SettingNode.Map(entries.Select(e => new SettingEntry(e.Key, e.Value)));

        private string Replace(TextSpot node, Place? place, SettingNode value)
        {
            string written = Write(value);
            if (place is null || !text.AsSpan(place.Key.End, node.Start - place.Key.End).Contains('\n'))
            {
                return $"{text[..node.Start]}{(node.IsNothing ? " " : "")}{written}{text[node.End..]}";
            }
            // The value began in a line of its own; what is written now stands behind the key.
            int colon = text.IndexOf(':', place.Key.End);
            return $"{text[..(colon + 1)]} {written}{text[node.End..]}";
        }

        private string Insert(TextSpot map, string key, SettingNode value)
        {
            string entry = $"{Text(key, quoted: json)}: {Write(value)}";
            if (map.Entries!.Count == 0) return $"{text[..(map.Start + 1)]}{entry}{text[map.Start..].TrimStart('{').TrimStart()}";
            var (lastKey, lastValue) = map.Entries[^1];
            int lineStart = text.LastIndexOf('\n', Math.Max(lastKey.Start - 1, 0)) + 1;
            if (map.InBrackets)
            {
                bool ownLine = map.Entries.Count > 1 && string.IsNullOrWhiteSpace(text[lineStart..lastKey.Start]);
                return $"{text[..lastValue.End]},{(ownLine ? _newLine + text[lineStart..lastKey.Start] : " ")}{entry}{text[lastValue.End..]}";
            }
            int end = lastValue.End > 0 && text[lastValue.End - 1] == '\n' ? lastValue.End - 1 : text.IndexOf('\n', lastValue.End);
            if (end < 0) end = text.Length;
            if (end > 0 && text[end - 1] == '\r') end--;
            return $"{text[..end]}{_newLine}{new string(' ', map.Entries[0].Key.Column)}{entry}{(end == text.Length ? _newLine : "")}{text[end..]}";
        }

        // Takes out one of the parts of a map or list, with the comma or the lines that go with it.
        private string Take(TextSpot whole, (int Start, int End)[] parts, int at)
        {
            if (parts.Length == 1) return $"{text[..whole.Start]}{(whole.Items is null ? "{}" : "[]")}{text[whole.End..]}";
            if (whole.InBrackets)
            {
                return at + 1 < parts.Length ? $"{text[..parts[at].Start]}{text[parts[at + 1].Start..]}" : $"{text[..parts[at - 1].End]}{text[parts[at].End..]}";
            }
            int lineStart = text.LastIndexOf('\n', Math.Max(parts[at].Start - 1, 0)) + 1;
            string before = text[lineStart..parts[at].Start];
            // The first key of an item stands behind its dash, which stays.
            if (whole.Items is null && before.Contains('-', StringComparison.Ordinal)) return $"{text[..parts[at].Start]}{text[parts[at + 1].Start..]}";
            int end = text.IndexOf('\n', Math.Max(parts[at].End - 1, 0));
            return $"{text[..lineStart]}{(end < 0 ? "" : text[(end + 1)..])}";
        }

        private string Write(SettingNode node)
        {
            if (node.Items is { } items) return $"[{string.Join(", ", items.Select(Write))}]";
            if (node.Entries is { } entries) return $"{{{string.Join(", ", entries.Select(e => $"{Text(e.Key, quoted: json)}: {Write(e.Value)}"))}}}";
            return node.IsNull ? "null" : Text(node.Scalar!, node.IsQuoted || (json && !IsJsonWord(node.Scalar!)));
        }

        private static bool IsJsonWord(string scalar) => scalar is "true" or "false" || (double.TryParse(scalar, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && scalar[0] is not ('.' or '+'));

        private static string Text(string scalar, bool quoted)
        {
            bool plain = scalar.Length > 0 && scalar.Trim() == scalar && (char.IsLetterOrDigit(scalar[0]) || scalar[0] is '_' or '.' or '/' or '+' || (scalar[0] == '-' && scalar.Length > 1 && char.IsLetterOrDigit(scalar[1])))
                && scalar.All(c => !char.IsControl(c) && !",[]{}#&*!|>'\"%@`\\".Contains(c, StringComparison.Ordinal)) && !scalar.Contains(": ", StringComparison.Ordinal) && !scalar.EndsWith(':');
            if (plain && !quoted) return scalar;
            var written = new StringBuilder("\"");
            foreach (char c in scalar)
            {
                if (c is '"' or '\\') written.Append('\\').Append(c);
                else if (char.IsControl(c)) written.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                else written.Append(c);
            }
            return written.Append('"').ToString();
        }
    }
}
