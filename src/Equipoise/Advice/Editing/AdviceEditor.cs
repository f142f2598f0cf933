using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>Changes the text of a config at the places that edits name, and nowhere else: comments, order and spacing of the rest stay as they are.</summary>
/// <remarks>
/// A comment inside a value that is replaced, or behind one that is taken away, moves to a line of its own above. What stands behind an anchor is shared with other places, so an edit there is refused.
/// </remarks>
internal static class AdviceEditor
{
    /// <summary>The text with all edits, one after the other; null if one of them cannot be made.</summary>
    public static string? Apply(string text, IEnumerable<AdviceEdit> edits)
    {
        string? now = text;
        // Items are taken out from the end, so that the places of those before stay right.
        foreach (var edit in edits.OrderBy(e => e.Kind == EditKind.RemoveItem ? 0 : 1).ThenByDescending(e => e.Kind == EditKind.RemoveItem ? e.Item : 0))
        {
            now = Apply(now, edit);
            if (now is null) return null;
        }
        return now;
    }

    private static string? Apply(string text, AdviceEdit edit)
    {
        var places = ConfigPlaces.Read(text);
        if (Find(places, edit.Part) is not { IsShared: false } part || part.Kind == PlaceKind.Alias) return null;
        string path = edit.Part.Length == 0 ? edit.Key : $"{edit.Part}.{edit.Key}";
        var place = places.GetValueOrDefault(path);
        if (place is { IsShared: true } or { Kind: PlaceKind.Alias }) return null;
        return edit.Kind switch
        {
            EditKind.Set when place is null => AddKey(text, places, part, edit.Key, edit.Value!),
            EditKind.Set => Replace(text, place, edit.Value!),
            EditKind.Remove when place is null => text,
            EditKind.Remove => RemoveAt(text, part, places, path),
            EditKind.AddItem when place is null => AddKey(text, places, part, edit.Key, SettingNode.List([edit.Value!])),
            EditKind.AddItem => AddItem(text, places, place, edit.Value!),
            _ => place is null || edit.Item >= place.Children.Count ? null : RemoveAt(text, place, places, place.Children[edit.Item]),
        };
    }

    // A name alone may stand for a list of one, and 'outputs: price' for one output.
    private static ConfigPlace? Find(IReadOnlyDictionary<string, ConfigPlace> places, string path)
        => places.TryGetValue(path, out var found) ? found : path.EndsWith("[0]", StringComparison.Ordinal) && places.TryGetValue(path[..^3], out var single) && single.Kind == PlaceKind.Scalar ? single : null;

    private static string Replace(string text, ConfigPlace place, SettingNode value)
    {
        bool json = IsJson(text, place);
        // A value on the lines below its key moves up behind it.
        int from = place.KeyEnd >= 0 && text.IndexOf(':', place.KeyEnd) is >= 0 and var colon && colon < place.Start && string.IsNullOrWhiteSpace(text[(colon + 1)..place.Start]) ? colon + 1 : place.Start;
        string written = (from == place.Start ? "" : " ") + FlowText.Write(value, json);
        string comments = Comments(text, place.Start, place.End, place.KeyStart >= 0 ? place.KeyStart : place.Start);
        return InsertAbove(text[..from] + written + text[place.End..], from, comments);
    }

    private static string AddKey(string text, IReadOnlyDictionary<string, ConfigPlace> places, ConfigPlace part, string key, SettingNode value)
    {
        string newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        if (part.Kind == PlaceKind.Scalar) return $"{text[..part.Start]}{{ name: {text[part.Start..part.End]}, {key}: {FlowText.Write(value)} }}{text[part.End..]}";
        var last = places[part.Children[^1]];
        bool json = IsJson(text, last);
        string written = $"{(json ? $"\"{key}\"" : key)}: {FlowText.Write(value, json)}";
        if (part.Kind == PlaceKind.FlowMap) return $"{text[..last.End]}, {written}{text[last.End..]}";
        int line = LineEnd(text, last.End);
        string indent = new(' ', places[part.Children[0]].KeyStart - LineStart(text, places[part.Children[0]].KeyStart));
        return $"{text[..line]}{newline}{indent}{written}{text[line..]}";
    }

    private static string AddItem(string text, IReadOnlyDictionary<string, ConfigPlace> places, ConfigPlace list, SettingNode item)
    {
        bool json = IsJson(text, list);
        string written = FlowText.Write(item, json);
        if (list.Kind is not (PlaceKind.FlowList or PlaceKind.BlockList)) return $"{text[..list.Start]}[{text[list.Start..list.End]}, {written}]{text[list.End..]}";
        if (list.Children.Count == 0) return $"{text[..(list.Start + 1)]}{written}{text[(list.End - 1)..]}";
        var last = places[list.Children[^1]];
        if (list.Kind == PlaceKind.FlowList) return $"{text[..last.End]}, {written}{text[last.End..]}";
        int line = LineEnd(text, last.End), dash = text.LastIndexOf('-', last.Start - 1), begin = LineStart(text, dash);
        string newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        return $"{text[..line]}{newline}{new string(' ', dash - begin)}- {written}{text[line..]}";
    }

    // Takes a key with its value out of a map, or an item out of a list.
    private static string? RemoveAt(string text, ConfigPlace holder, IReadOnlyDictionary<string, ConfigPlace> places, string path)
    {
        int index = holder.Children.ToList().IndexOf(path);
        var place = places[path];
        int start = place.KeyStart >= 0 ? place.KeyStart : place.Start;
        if (holder.Kind is PlaceKind.FlowMap or PlaceKind.FlowList)
        {
            string inside = Comments(text, place.Start, place.End, start);
            if (index + 1 < holder.Children.Count)
            {
                var next = places[holder.Children[index + 1]];
                int nextStart = next.KeyStart >= 0 ? next.KeyStart : next.Start;
                inside = Comments(text, place.Start, nextStart, start);
                return InsertAbove(text[..start] + text[nextStart..], start, inside);
            }
            int from = index > 0 ? places[holder.Children[index - 1]].End : holder.Start + 1;
            return InsertAbove(text[..from] + text[place.End..], from, inside);
        }
        if (holder.Children.Count == 1) return null;
        int line = LineStart(text, start), end = LineEnd(text, place.End);
        string comments = Comments(text, place.Start, end, place.KeyStart >= 0 ? start : text.LastIndexOf('-', start - 1));
        bool first = text[line..start].Contains('-', StringComparison.Ordinal) && place.KeyStart >= 0;
        if (first)
        {
            // The first key of an item in lines: the next key takes its place behind the dash.
            var next = places[holder.Children[index + 1]];
            return InsertAbove(text[..start] + text[next.KeyStart..], start, Comments(text, place.Start, next.KeyStart, start));
        }
        int after = end < text.Length && text[end] == '\r' ? end + 2 : Math.Min(text.Length, end + 1);
        return InsertAbove(text[..line] + text[after..], line, comments);
    }

    // The comments in a stretch of text, each as a line indented like the key at 'like'.
    private static string Comments(string text, int start, int end, int like)
    {
        string newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        string indent = new(' ', like - LineStart(text, like));
        var kept = new System.Text.StringBuilder();
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
                int stop = LineEnd(text, i);
                kept.Append(indent).Append(text.AsSpan(i, stop - i)).Append(newline);
                i = stop;
            }
        }
        return kept.ToString();
    }

    private static string InsertAbove(string text, int at, string lines)
    {
        int line = LineStart(text, Math.Min(at, text.Length));
        return lines.Length == 0 ? text : text[..line] + lines + text[line..];
    }

    private static bool IsJson(string text, ConfigPlace place) => place.KeyStart >= 0 ? text[place.KeyStart] == '"' : text.TrimStart().StartsWith('{') && text.Contains("\"outputs\"", StringComparison.Ordinal);

    private static int LineStart(string text, int at) => at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    private static int LineEnd(string text, int at)
    {
        int end = text.IndexOf('\n', at);
        if (end < 0) return text.Length;
        return end > 0 && text[end - 1] == '\r' ? end - 1 : end;
    }
}
