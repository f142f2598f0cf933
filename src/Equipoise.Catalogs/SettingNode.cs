using System.Globalization;

namespace Equipoise.Catalogs;

/// <summary>One piece of a configuration: a scalar, a list or a map, with its place in the text. Read from YAML or JSON, or written by a catalogue.</summary>
public sealed class SettingNode
{
    private SettingNode(Mark mark, string? scalar, bool quoted, IReadOnlyList<SettingNode>? items, IReadOnlyList<SettingEntry>? entries)
    {
        Mark = mark;
        Scalar = scalar;
        IsQuoted = quoted;
        Items = items;
        Entries = entries;
    }

    /// <summary>Where it stands.</summary>
    public Mark Mark { get; }

    /// <summary>The text of a scalar; null for a list, a map or nothing at all.</summary>
    public string? Scalar { get; }

    /// <summary>Whether the scalar stood in quotation marks, so that it is text whatever it looks like.</summary>
    public bool IsQuoted { get; }

    /// <summary>The items of a list; null otherwise.</summary>
    public IReadOnlyList<SettingNode>? Items { get; }

    /// <summary>The entries of a map, in the order written; null otherwise.</summary>
    public IReadOnlyList<SettingEntry>? Entries { get; }

    /// <summary>Whether nothing was written: an empty value, <c>null</c> or <c>~</c>.</summary>
    public bool IsNull => Items is null && Entries is null && (Scalar is null || (!IsQuoted && Scalar is "" or "~" or "null"));

    /// <summary>A scalar.</summary>
    public static SettingNode Of(string scalar, bool quoted = false, Mark mark = default) => new(mark, scalar, quoted, null, null);

    /// <summary>A number, written so that it is read back exactly.</summary>
    public static SettingNode Of(double number) => Of(number.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>True or false.</summary>
    public static SettingNode Of(bool flag) => Of(flag ? "true" : "false");

    /// <summary>A list.</summary>
    public static SettingNode List(IEnumerable<SettingNode> items, Mark mark = default) => new(mark, null, false, [.. items], null);

    /// <summary>A map.</summary>
    public static SettingNode Map(IEnumerable<SettingEntry> entries, Mark mark = default) => new(mark, null, false, null, [.. entries]);

    /// <summary>Nothing.</summary>
    public static SettingNode Null(Mark mark = default) => new(mark, null, false, null, null);

    /// <summary>The entry of a map with that key, or null.</summary>
    public SettingEntry? Find(string key)
    {
        if (Entries is null) return null;
        foreach (var entry in Entries)
        {
            if (entry.Key == key) return entry;
        }
        return null;
    }

    /// <summary>What kind of thing it is, in words, for messages: <c>'abc'</c>, <c>a list</c>, <c>a map</c>, <c>nothing</c>.</summary>
    public string Describe() => IsNull ? "nothing" : Items is not null ? "a list" : Entries is not null ? "a map" : $"'{Scalar}'";

    /// <summary>The node as one line of YAML, for messages and comparison.</summary>
    public override string ToString() => this switch
    {
        { Items: { } items } => $"[{string.Join(", ", items)}]",
        { Entries: { } entries } => $"{{{string.Join(", ", entries.Select(e => $"{e.Key}: {e.Value}"))}}}",
        { Scalar: { } scalar } => IsQuoted ? $"\"{scalar}\"" : scalar,
        _ => "null",
    };
}
