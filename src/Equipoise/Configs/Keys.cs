using System.Globalization;
using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Layers;

namespace Equipoise.Configs;

/// <summary>Makes keys of the usual kinds.</summary>
internal static class Keys
{
    public static ConfigKey<T> Text<T>(string name, string meaning, Func<T, string, T> set) where T : ConfigPart
        => new(name, meaning, "text", (part, node, path, problems) => TryText(node, path, problems) is { } text ? set(part, text) : part);

    public static ConfigKey<T> Texts<T>(string name, string meaning, Func<T, IReadOnlyList<string>, T> set) where T : ConfigPart
        => new(name, meaning, "text or list of texts", (part, node, path, problems) =>
        {
            var texts = new List<string>();
            foreach (var item in node.Items ?? [node])
            {
                if (TryText(item, node.Items is null ? path : $"{path}[{texts.Count}]", problems) is not { } text) return part;
                texts.Add(text);
            }
            return set(part, texts);
        });

    public static ConfigKey<T> Number<T>(string name, string meaning, string values, Func<double, bool> good, Func<T, double, T> set) where T : ConfigPart
        => new(name, meaning, values, (part, node, path, problems) => TryNumber(node, path, problems, values, good) is { } number ? set(part, number) : part);

    public static ConfigKey<T> Integer<T>(string name, string meaning, int minimum, Func<T, int, T> set) where T : ConfigPart
        => new(name, meaning, $"whole number ≥ {minimum}", (part, node, path, problems) =>
        {
            if (node.Scalar is { } text && int.TryParse(Bare(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= minimum) return set(part, value);
            problems.Add(node.Mark, path, $"A whole number of at least {minimum} is wanted here, but there is {node.Describe()}.");
            return part;
        });

    public static ConfigKey<T> Flag<T>(string name, string meaning, Func<T, bool, T> set) where T : ConfigPart
        => new(name, meaning, "true or false", (part, node, path, problems) =>
        {
            if (node.Scalar is "true" or "false") return set(part, node.Scalar is "true");
            problems.Add(node.Mark, path, $"true or false is wanted here, but there is {node.Describe()}.");
            return part;
        });

    /// <summary>A time: a number of seconds, or one with a unit: <c>90</c>, <c>90 s</c>, <c>10 min</c>, <c>1.5 h</c>.</summary>
    public static ConfigKey<T> Time<T>(string name, string meaning, Func<T, TimeSpan, T> set) where T : ConfigPart
        => new(name, meaning, "seconds, or a number with s, min or h", (part, node, path, problems) =>
        {
            string text = node.Scalar ?? "";
            string unit = text.TrimStart("0123456789._ ".ToCharArray());
            double factor = unit switch { "" or "s" => 1, "min" or "m" => 60, "h" => 3600, _ => double.NaN };
            if (double.TryParse(Bare(text[..^unit.Length].Trim()), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number * factor is > 0 and < 1e9) return set(part, TimeSpan.FromSeconds(number * factor));
            problems.Add(node.Mark, path, $"A time above 0 is wanted here, like 90 s, 10 min or 1.5 h, but there is {node.Describe()}.");
            return part;
        });

    public static ConfigKey<T> Choice<T, TEnum>(string name, string meaning, Func<T, TEnum, T> set) where T : ConfigPart where TEnum : struct, Enum
    {
        return new(name, meaning, EnumNames.Range(typeof(TEnum)), (part, node, path, problems) =>
        {
            if (node.Scalar is { } text && EnumNames.Find(typeof(TEnum), text) is { } value) return set(part, (TEnum)value);
            problems.Add(node.Mark, path, $"There is no {name} {node.Describe()}. {Suggestion.Advice(node.Scalar ?? "", EnumNames.Of(typeof(TEnum)))}");
            return part;
        });
    }

    /// <summary>A component of a catalogue.</summary>
    public static ConfigKey<T> Component<T, TComponent>(string name, string meaning, Func<Catalog<TComponent>> catalog, Func<T, TComponent, T> set) where T : ConfigPart where TComponent : class
        => new(name, meaning, "name, or {name: settings}", (part, node, path, problems) => catalog().Read(node, path, problems) is { } component ? set(part, component) : part);

    /// <summary>A list of components of a catalogue; a single one is a list of one.</summary>
    public static ConfigKey<T> Components<T, TComponent>(string name, string meaning, Func<Catalog<TComponent>> catalog, Func<T, IReadOnlyList<TComponent>, T> set) where T : ConfigPart where TComponent : class
        => new(name, meaning, "list of names or {name: settings}", (part, node, path, problems) =>
            set(part, [.. (node.Items ?? [node]).Select((item, i) => catalog().Read(item, node.Items is null ? path : $"{path}[{i}]", problems)).OfType<TComponent>()]));

    /// <summary>A list of layers. Each is an object of its own: layers share weights by being one object, and a bare name would give the catalogue's.</summary>
    public static ConfigKey<T> Layers<T>(string name, string meaning, Func<T, IReadOnlyList<Layer>, T> set) where T : ConfigPart
        => new(name, meaning, "list of layers", (part, node, path, problems) => set(part, ReadLayers(node, path, problems)));

    /// <summary>A part, with keys of its own.</summary>
    public static ConfigKey<T> Part<T, TPart>(string name, string meaning, Func<SettingNode, string, Problems, TPart> read, Func<T, TPart, T> set) where T : ConfigPart where TPart : ConfigPart
        => new(name, meaning, "map of keys", (part, node, path, problems) => set(part, read(node, path, problems)));

    /// <summary>A list of parts. Names alone stand for parts with a name only.</summary>
    public static ConfigKey<T> Parts<T, TPart>(string name, string meaning, Func<SettingNode, string, Problems, TPart> read, Func<T, IReadOnlyList<TPart>, T> set) where T : ConfigPart where TPart : ConfigPart
        => new(name, meaning, "list of names or maps", (part, node, path, problems) =>
        {
            if (node.Entries is not null)
            {
                problems.Add(node.Mark, path, $"'{name}' is a list. Begin each item with '- '.");
                return part;
            }
            return set(part, [.. (node.Items ?? [node]).Select((item, i) => read(Named(item), $"{path}[{i}]", problems))]);
        });

    public static IReadOnlyList<Layer> ReadLayers(SettingNode node, string path, Problems problems)
        => [.. (node.Items ?? [node]).Select((item, i) => LayerCatalog.Catalog.Read(AsLayer(item), node.Items is null ? path : $"{path}[{i}]", problems)).OfType<Layer>().Select(layer => layer with { })];

    // An activation may stand where a layer is wanted: relu is {activation: relu}.
    private static SettingNode AsLayer(SettingNode node)
    {
        string? name = node.Scalar ?? (node.Entries is { Count: 1 } entries ? entries[0].Key : null);
        return name is not null && LayerCatalog.Catalog.TryFind(name) is null && ActivationCatalog.Catalog.TryFind(name) is not null
            ? SettingNode.Map([new SettingEntry("activation", node, node.Mark)], node.Mark)
            : node;
    }

    public static string? TryText(SettingNode node, string path, Problems problems)
    {
        if (node.Scalar is { Length: > 0 } text && !node.IsNull) return text;
        problems.Add(node.Mark, path, $"A text is wanted here, but there is {(node.Scalar is "" ? "an empty one" : node.Describe())}.");
        return null;
    }

    public static double? TryNumber(SettingNode node, string path, Problems problems, string values, Func<double, bool> good)
    {
        // YAML writes .inf and .nan; both are numbers that no key wants, so they reach the check like any other.
        string? text = node.Scalar is { } scalar ? Bare(scalar) : null;
        if (text is not null && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && good(value)) return value;
        problems.Add(node.Mark, path, $"A {values} is wanted here, but there is {node.Describe()}.");
        return null;
    }

    private static SettingNode Named(SettingNode node)
        => node.Scalar is not null && !node.IsNull ? SettingNode.Map([new SettingEntry("name", node, node.Mark)], node.Mark) : node;

    private static string Bare(string number) => number.Replace("_", "", StringComparison.Ordinal);
}
