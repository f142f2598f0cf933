using System.Text;
using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>Changes the text of a config at the spot of a value, and nowhere else. A comment inside of what is replaced, or behind what is taken out, gets a line of its own above.</summary>
/// <param name="text">The text.</param>
/// <param name="root">What <see cref="TextSpot.Read(string)"/> found in it.</param>
internal sealed class SpotEditor(string text, TextSpot root)
{
    private readonly bool _json = root.InBrackets && root.Entries is { Count: > 0 } entries && entries.All(e => e.Key.IsQuoted);
    private readonly string _newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    /// <summary>Another value in place of one.</summary>
    /// <param name="node">The value.</param>
    /// <param name="key">Its key; null for an item of a list.</param>
    /// <param name="value">The new value.</param>
    public string Replace(TextSpot node, TextSpot? key, SettingNode value)
    {
        int from = node.Start;
        bool below = key is not null && text.AsSpan(key.End, node.Start - key.End).Contains('\n');
        // A value that began in a line of its own: what is written now stands behind the key.
        if (below) from = text.IndexOf(':', key!.End) + 1;
        return Spliced(from, node.End, (below || node.IsNothing ? " " : "") + FlowText.Write(value, _json), Comments(from, node.End), key?.Start ?? node.Start);
    }

    /// <summary>One key more in a map, behind the last one.</summary>
    public string Insert(TextSpot map, string key, SettingNode value)
    {
        string entry = $"{FlowText.Key(key, _json)}: {FlowText.Write(value, _json)}";
        if (map.Entries!.Count == 0) return $"{text[..(map.Start + 1)]}{entry}{text[map.Start..].TrimStart('{').TrimStart()}";
        var (lastKey, lastValue) = map.Entries[^1];
        if (!map.InBrackets) return Below(lastValue.End, new string(' ', map.Entries[0].Key.Column) + entry);
        int lineStart = LineStart(lastKey.Start);
        bool ownLine = map.Entries.Count > 1 && string.IsNullOrWhiteSpace(text[lineStart..lastKey.Start]);
        return $"{text[..lastValue.End]},{(ownLine ? _newLine + text[lineStart..lastKey.Start] : " ")}{entry}{text[lastValue.End..]}";
    }

    /// <summary>One item more at the end of a list. A value that is no list is its first item.</summary>
    public string Add(TextSpot list, SettingNode item)
    {
        string written = FlowText.Write(item, _json);
        if (list.Items is not { } items) return $"{text[..list.Start]}[{text[list.Start..list.End]}, {written}]{text[list.End..]}";
        if (items.Count == 0) return $"{text[..(list.Start + 1)]}{written}{text[(list.End - 1)..]}";
        int end = items[^1].End;
        return list.InBrackets ? $"{text[..end]}, {written}{text[end..]}" : Below(end, text[LineStart(Dash(items[^1]))..Dash(items[^1])] + "- " + written);
    }

    /// <summary>A map or list without one of its parts, and without the comma or the lines that go with it.</summary>
    public string Take(TextSpot whole, TextSpot part)
    {
        (int Start, int End)[] parts = whole.Items is { } items ? [.. items.Select(i => (i.Start, i.End))] : [.. whole.Entries!.Select(e => (e.Key.Start, e.Value.IsNothing ? e.Key.End + 1 : e.Value.End))];
        int at = whole.Items?.IndexOf(part) ?? whole.Entries!.FindIndex(e => e.Value == part);
        var (start, end) = parts[at];
        if (parts.Length == 1) return Spliced(whole.Start, whole.End, whole.Items is null ? "{}" : "[]", Comments(start, end), whole.Start);
        if (whole.InBrackets)
        {
            var (from, to) = at + 1 < parts.Length ? (start, parts[at + 1].Start) : (parts[at - 1].End, end);
            return Spliced(from, to, "", Comments(from, to), start);
        }
        // The first key of an item stands behind its dash, which stays.
        if (whole.Items is null && text[LineStart(start)..start].Contains('-', StringComparison.Ordinal)) return Spliced(start, parts[at + 1].Start, "", Comments(start, parts[at + 1].Start), start);
        int line = text.IndexOf('\n', Math.Max(end - 1, 0)) + 1;
        if (line == 0) line = text.Length;
        return Spliced(LineStart(start), line, "", Comments(start, line), whole.Items is null ? start : Dash(part));
    }

    // Another text between two places; comments go in lines above, as far in as what stands at 'like'.
    private string Spliced(int from, int to, string written, IReadOnlyList<string> comments, int like)
    {
        int line = LineStart(from);
        string indent = new(' ', like - LineStart(like));
        return $"{text[..line]}{string.Concat(comments.Select(c => $"{indent}{c}{_newLine}"))}{text[line..from]}{written}{text[to..]}";
    }

    // A line below the one that a value ends in.
    private string Below(int valueEnd, string line)
    {
        int end = LineEnd(Math.Max(valueEnd - 1, 0));
        return $"{text[..end]}{_newLine}{line}{(end == text.Length ? _newLine : "")}{text[end..]}";
    }

    private List<string> Comments(int start, int end)
    {
        var comments = new List<string>();
        char quote = '\0';
        for (int i = start; i < end; i++)
        {
            char c = text[i];
            if (quote != '\0')
            {
                if (c == '\\' && quote == '"') i++;
                else if (c == quote) quote = '\0';
            }
            else if (c is '"' or '\'' && (i == start || !char.IsLetterOrDigit(text[i - 1]))) quote = c;
            else if (c == '#' && i > 0 && char.IsWhiteSpace(text[i - 1]))
            {
                comments.Add(text[i..LineEnd(i)]);
                i = LineEnd(i);
            }
        }
        return comments;
    }

    private int Dash(TextSpot item) => text.LastIndexOf('-', item.Start - 1);

    private int LineStart(int at) => at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    private int LineEnd(int at)
    {
        int end = text.IndexOf('\n', at);
        if (end < 0) return text.Length;
        return end > 0 && text[end - 1] == '\r' ? end - 1 : end;
    }
}
