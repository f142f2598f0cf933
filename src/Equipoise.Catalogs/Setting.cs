using System.Globalization;

namespace Equipoise.Catalogs;

/// <summary>One setting of a component: its name, meaning and range, how it is read and written.</summary>
/// <typeparam name="T">What the catalogue holds.</typeparam>
public abstract class Setting<T> where T : class
{
    private Setting(string name, string meaning)
    {
        Name = name;
        Meaning = meaning;
    }

    /// <summary>Name in snake case.</summary>
    public string Name { get; }

    /// <summary>What it means, with its unit.</summary>
    public string Meaning { get; }

    /// <summary>What values it takes, in words: <c>number ≥ 0</c>.</summary>
    public abstract string Range { get; }

    internal virtual bool TakesMap => false;

    /// <summary>The component with this setting read from <paramref name="node"/>; a mistake is reported and leaves the component as it was.</summary>
    public abstract T Read(T component, SettingNode node, string path, Problems problems);

    /// <summary>The value that the component has.</summary>
    public abstract SettingNode Write(T component);

    /// <summary>A number, with inclusive bounds (<paramref name="minimum"/>, <paramref name="maximum"/>) or exclusive ones (<paramref name="above"/>, <paramref name="below"/>).</summary>
    public static Setting<T> Number<TOwner>(string name, string meaning, Func<TOwner, double> get, Func<TOwner, double, TOwner> set,
        double? minimum = null, double? maximum = null, double? above = null, double? below = null) where TOwner : class, T
    {
        string range = RangeText("number", minimum, maximum, above, below);
        return new Scalar<TOwner, double>(name, meaning, range, get, set, TryNumber, SettingNode.Of, v => Inside(v, minimum, maximum, above, below));
    }

    /// <summary>A number that may be left out (null).</summary>
    public static Setting<T> OptionalNumber<TOwner>(string name, string meaning, Func<TOwner, double?> get, Func<TOwner, double?, TOwner> set,
        double? minimum = null, double? maximum = null, double? above = null, double? below = null) where TOwner : class, T
    {
        string range = RangeText("number", minimum, maximum, above, below) + ", or none";
        return new Scalar<TOwner, double?>(name, meaning, range, get, set,
            (string text, out double? value) =>
            {
                value = null;
                if (text is "none") return true;
                if (!TryNumber(text, out double number)) return false;
                value = number;
                return true;
            },
            v => v is { } number ? SettingNode.Of(number) : SettingNode.Of("none"), v => v is null || Inside(v.Value, minimum, maximum, above, below));
    }

    /// <summary>A whole number.</summary>
    public static Setting<T> Integer<TOwner>(string name, string meaning, Func<TOwner, int> get, Func<TOwner, int, TOwner> set,
        int? minimum = null, int? maximum = null) where TOwner : class, T
        => new Scalar<TOwner, int>(name, meaning, RangeText("whole number", minimum, maximum, null, null), get, set,
            (string text, out int value) => int.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value),
            v => SettingNode.Of(v.ToString(CultureInfo.InvariantCulture)), v => Inside(v, minimum, maximum, null, null));

    /// <summary>True or false.</summary>
    public static Setting<T> Flag<TOwner>(string name, string meaning, Func<TOwner, bool> get, Func<TOwner, bool, TOwner> set) where TOwner : class, T
        => new Scalar<TOwner, bool>(name, meaning, "true or false", get, set, TryFlag, SettingNode.Of, _ => true);

    /// <summary>A text.</summary>
    public static Setting<T> Text<TOwner>(string name, string meaning, Func<TOwner, string> get, Func<TOwner, string, TOwner> set) where TOwner : class, T
        => new Scalar<TOwner, string>(name, meaning, "text", get, set, (string text, out string value) => { value = text; return true; }, v => SettingNode.Of(v, quoted: true), _ => true);

    /// <summary>One of an enumeration's values, in snake case.</summary>
    public static Setting<T> Choice<TOwner, TEnum>(string name, string meaning, Func<TOwner, TEnum> get, Func<TOwner, TEnum, TOwner> set)
        where TOwner : class, T where TEnum : struct, Enum
        => new Chosen<TOwner, TEnum>(name, meaning, get, set);

    /// <summary>A list of numbers; a single number is a list of one.</summary>
    public static Setting<T> Numbers<TOwner>(string name, string meaning, Func<TOwner, IReadOnlyList<double>> get, Func<TOwner, IReadOnlyList<double>, TOwner> set,
        double? minimum = null, double? maximum = null) where TOwner : class, T
        => new Several<TOwner, double>(name, meaning, "list: " + RangeText("number", minimum, maximum, null, null), get, set, TryNumber, SettingNode.Of, v => Inside(v, minimum, maximum, null, null));

    /// <summary>A list of whole numbers; a single number is a list of one.</summary>
    public static Setting<T> Integers<TOwner>(string name, string meaning, Func<TOwner, IReadOnlyList<int>> get, Func<TOwner, IReadOnlyList<int>, TOwner> set,
        int? minimum = null, int? maximum = null) where TOwner : class, T
        => new Several<TOwner, int>(name, meaning, "list: " + RangeText("whole number", minimum, maximum, null, null), get, set,
            (string text, out int value) => int.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value),
            v => SettingNode.Of(v.ToString(CultureInfo.InvariantCulture)), v => Inside(v, minimum, maximum, null, null));

    /// <summary>A list of texts; a single text is a list of one.</summary>
    public static Setting<T> Texts<TOwner>(string name, string meaning, Func<TOwner, IReadOnlyList<string>> get, Func<TOwner, IReadOnlyList<string>, TOwner> set) where TOwner : class, T
        => new Several<TOwner, string>(name, meaning, "list of texts", get, set, (string text, out string value) => { value = text; return true; }, v => SettingNode.Of(v, quoted: true), _ => true);

    /// <summary>A component of another catalogue, or none.</summary>
    public static Setting<T> Component<TOwner, TOther>(string name, string meaning, Func<Catalog<TOther>> catalog, Func<TOwner, TOther?> get, Func<TOwner, TOther?, TOwner> set)
        where TOwner : class, T where TOther : class
        => new Nested<TOwner, TOther>(name, meaning, catalog, get, set);

    private static bool TryNumber(string text, out double value)
        => double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !double.IsNaN(value);

    private static bool TryFlag(string text, out bool value)
    {
        value = text is "true" or "yes" or "on";
        return value || text is "false" or "no" or "off";
    }

    private static bool Inside(double value, double? minimum, double? maximum, double? above, double? below)
        => !(value < minimum) && !(value > maximum) && !(value <= above) && !(value >= below);

    private static string RangeText(string kind, double? minimum, double? maximum, double? above, double? below)
    {
        string text = kind;
        if (minimum is { } a) text += string.Create(CultureInfo.InvariantCulture, $" ≥ {a}");
        if (above is { } b) text += string.Create(CultureInfo.InvariantCulture, $" > {b}");
        if (maximum is { } c) text += string.Create(CultureInfo.InvariantCulture, $"{(minimum is null && above is null ? "" : " and")} ≤ {c}");
        if (below is { } d) text += string.Create(CultureInfo.InvariantCulture, $"{(minimum is null && above is null ? "" : " and")} < {d}");
        return text;
    }

    private delegate bool Parser<TValue>(string text, out TValue value);

    private sealed class Scalar<TOwner, TValue>(string name, string meaning, string range, Func<TOwner, TValue> get, Func<TOwner, TValue, TOwner> set,
        Parser<TValue> parse, Func<TValue, SettingNode> write, Func<TValue, bool> inside) : Setting<T>(name, meaning) where TOwner : class, T
    {
        public override string Range => range;

        public override T Read(T component, SettingNode node, string path, Problems problems)
        {
            if (node.Scalar is { } text && parse(text, out var value) && inside(value)) return set((TOwner)component, value);
            problems.Add(node.Mark, path, $"'{Name}' wants a {Range}, but there is {node.Describe()}.");
            return component;
        }

        public override SettingNode Write(T component) => write(get((TOwner)component));
    }

    // Names are looked up when they are wanted: code for an enumeration is compiled for that alone, and there are many of them that a run never asks for.
    private sealed class Chosen<TOwner, TEnum>(string name, string meaning, Func<TOwner, TEnum> get, Func<TOwner, TEnum, TOwner> set) : Setting<T>(name, meaning) where TOwner : class, T where TEnum : struct, Enum
    {
        public override string Range => EnumNames.Range(typeof(TEnum));

        public override T Read(T component, SettingNode node, string path, Problems problems)
        {
            if (node.Scalar is { } text && EnumNames.Find(typeof(TEnum), text) is { } value) return set((TOwner)component, (TEnum)value);
            string nearest = node.Scalar is { } wrong && Suggestion.Nearest(wrong, EnumNames.Of(typeof(TEnum))) is { } near ? $" Did you mean '{near}'?" : "";
            problems.Add(node.Mark, path, $"'{Name}' wants a {Range}, but there is {node.Describe()}.{nearest}");
            return component;
        }

        public override SettingNode Write(T component) => SettingNode.Of(SnakeCase.Of(((object)get((TOwner)component)).ToString()!));
    }

    private sealed class Several<TOwner, TValue>(string name, string meaning, string range, Func<TOwner, IReadOnlyList<TValue>> get, Func<TOwner, IReadOnlyList<TValue>, TOwner> set,
        Parser<TValue> parse, Func<TValue, SettingNode> write, Func<TValue, bool> inside) : Setting<T>(name, meaning) where TOwner : class, T
    {
        public override string Range => range;

        public override T Read(T component, SettingNode node, string path, Problems problems)
        {
            var values = new List<TValue>();
            bool good = !node.IsNull && node.Entries is null;
            foreach (var item in node.Items ?? [node])
            {
                if (good && item.Scalar is { } text && parse(text, out var value) && inside(value)) values.Add(value);
                else good = false;
            }
            if (good) return set((TOwner)component, values);
            problems.Add(node.Mark, path, $"'{Name}' wants a {Range}, but there is {node}.");
            return component;
        }

        public override SettingNode Write(T component) => SettingNode.List(get((TOwner)component).Select(write));
    }

    private sealed class Nested<TOwner, TOther>(string name, string meaning, Func<Catalog<TOther>> catalog, Func<TOwner, TOther?> get, Func<TOwner, TOther?, TOwner> set)
        : Setting<T>(name, meaning) where TOwner : class, T where TOther : class
    {
        public override string Range => "a component, by name or {name: settings}; or none";

        internal override bool TakesMap => true;

        public override T Read(T component, SettingNode node, string path, Problems problems)
        {
            if (node.IsNull || node.Scalar is "none") return set((TOwner)component, null);
            var value = catalog().Read(node, path, problems);
            return value is null ? component : set((TOwner)component, value);
        }

        public override SettingNode Write(T component) => get((TOwner)component) is { } value ? catalog().Write(value) : SettingNode.Of("none");
    }
}
