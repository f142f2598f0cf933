using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Equipoise.Configs;

/// <summary>A value in the text of a config with the characters that it takes, so that the text can be edited in place. The text was read without fault before.</summary>
internal sealed class TextSpot
{
    /// <summary>Its first character; an anchor before it is not counted in.</summary>
    public int Start { get; private set; }

    /// <summary>Behind its last character; behind that of its last part for maps and lists in lines of their own.</summary>
    public int End { get; private set; }

    /// <summary>Characters before <see cref="Start"/> in its line.</summary>
    public int Column { get; private init; }

    /// <summary>The text of a scalar.</summary>
    public string? Scalar { get; private init; }

    /// <summary>Whether it is a scalar in double quotation marks, as JSON has them.</summary>
    public bool IsQuoted { get; private init; }

    /// <summary>Whether it stands for a value elsewhere.</summary>
    public bool IsAlias { get; private init; }

    /// <summary>Whether an anchor stands before it, so that other places may stand for it too.</summary>
    public bool HasAnchor { get; private set; }

    /// <summary>Whether it is a map or a list in brackets.</summary>
    public bool InBrackets { get; private init; }

    /// <summary>Keys and values of a map.</summary>
    public List<(TextSpot Key, TextSpot Value)>? Entries { get; private init; }

    /// <summary>Items of a list.</summary>
    public List<TextSpot>? Items { get; private init; }

    /// <summary>Whether nothing is written here.</summary>
    public bool IsNothing => Scalar is { Length: 0 } && Start == End;

    /// <summary>The value of a key, or null.</summary>
    public (TextSpot Key, TextSpot Value)? Find(string key) => Entries!.Find(e => e.Key.Scalar == key) is { Key: not null } found ? found : null;

    /// <summary>Reads a text that is one document.</summary>
    public static TextSpot Read(string text)
    {
        var parser = new Parser(new StringReader(text));
        while (parser.Current is not DocumentStart) parser.MoveNext();
        parser.MoveNext();
        return Read(parser, text);
    }

    // The parser's own mark of an end in brackets stands before the bracket.
    private static int Behind(Parser parser, string text, char bracket)
    {
        int at = (int)parser.Current!.Start.Index;
        return at < text.Length && text[at] == bracket ? at + 1 : at;
    }

    private static TextSpot Read(Parser parser, string text)
    {
        bool anchored = parser.Current is NodeEvent { Anchor.IsEmpty: false };
        var spot = ReadValue(parser, text);
        spot.HasAnchor = anchored;
        return spot;
    }

    private static TextSpot ReadValue(Parser parser, string text)
    {
        var current = parser.Current!;
        int start = (int)current.Start.Index, column = (int)current.Start.Column - 1;
        if (current is NodeEvent { Anchor.IsEmpty: false })
        {
            int value = start;
            while (value < text.Length && !char.IsWhiteSpace(text[value])) value++;
            while (value < text.Length && char.IsWhiteSpace(text[value])) value++;
            (start, column) = (value, column + value - start);
        }
        switch (current)
        {
            case AnchorAlias alias:
                return new TextSpot { Start = start, End = (int)alias.End.Index, Column = column, IsAlias = true };
            case SequenceStart list:
                var items = new List<TextSpot>();
                for (parser.MoveNext(); parser.Current is not SequenceEnd; parser.MoveNext()) items.Add(Read(parser, text));
                bool listInBrackets = list.Style == SequenceStyle.Flow;
                return new TextSpot { Start = start, End = listInBrackets || items.Count == 0 ? Behind(parser, text, ']') : items[^1].End, Column = column, Items = items, InBrackets = listInBrackets };
            case MappingStart map:
                var entries = new List<(TextSpot Key, TextSpot Value)>();
                parser.MoveNext();
                while (parser.Current is not MappingEnd)
                {
                    var key = Read(parser, text);
                    parser.MoveNext();
                    entries.Add((key, Read(parser, text)));
                    parser.MoveNext();
                }
                bool inBrackets = map.Style == MappingStyle.Flow;
                return new TextSpot { Start = start, End = inBrackets || entries.Count == 0 ? Behind(parser, text, '}') : entries[^1].Value.End, Column = column, Entries = entries, InBrackets = inBrackets };
            default:
                var scalar = (Scalar)current;
                return new TextSpot { Start = start, End = Math.Max(start, (int)scalar.End.Index), Column = column, Scalar = scalar.Value, IsQuoted = scalar.Style == ScalarStyle.DoubleQuoted };
        }
    }
}
