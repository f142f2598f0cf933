using Equipoise.Catalogs;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Mark = Equipoise.Catalogs.Mark;

namespace Equipoise.Configs;

/// <summary>Turns the text of a config, YAML or JSON, into nodes with the line and column of every key and value.</summary>
/// <remarks>
/// Anchors and aliases work. A key that stands twice in a map, a key that is not a text, an unknown alias, a second document and faults of syntax are reported with
/// their place. After a fault of syntax nothing more can be read, so it comes alone or last.
/// </remarks>
public static class ConfigText
{
    private const int DeepestNesting = 64;

    /// <summary>Reads a text. Mistakes go to <paramref name="problems"/>; what could not be read is nothing (null) in the result.</summary>
    public static SettingNode Read(string text, Problems problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(problems);
        var reading = new Reading(text, problems);
        try
        {
            return reading.Document();
        }
        catch (Exception fault) when (fault is YamlException or InvalidOperationException) // the parser throws the latter for some unclosed brackets
        {
            reading.ReportSyntax(fault);
            return SettingNode.Null(new Mark(1, 1));
        }
    }

    private sealed class Reading(string text, Problems problems)
    {
        private readonly Parser _parser = new(new StringReader(text));
        private readonly Dictionary<string, SettingNode> _anchors = new(StringComparer.Ordinal);
        private readonly Stack<(Mark Mark, char Bracket)> _open = new();

        public SettingNode Document()
        {
            _parser.MoveNext(); // the stream
            _parser.MoveNext();
            if (_parser.Current is StreamEnd) return SettingNode.Null(new Mark(1, 1));
            _parser.MoveNext(); // the document
            var root = Node("");
            _parser.MoveNext(); // the document's end
            _parser.MoveNext();
            if (_parser.Current is DocumentStart second) problems.Add(At(second.Start), "", "A second document begins here, but a config is one document. Remove the '---' and what follows.");
            return root;
        }

        public void ReportSyntax(Exception fault)
        {
            string[] lines = text.ReplaceLineEndings("\n").Split('\n');
            int tab = Array.FindIndex(lines, line => line.TrimStart(' ').StartsWith('\t') && line.Trim().Length > 0);
            if (tab >= 0)
            {
                problems.Add(new Mark(tab + 1, lines[tab].IndexOf('\t', StringComparison.Ordinal) + 1), "", "This line is indented with a tab, but YAML wants spaces. Replace the tab.");
                return;
            }
            var yaml = fault as YamlException;
            bool expectsBracket = yaml is null || yaml.Message.Contains("flow", StringComparison.Ordinal);
            if (expectsBracket && _open.TryPeek(out var open))
            {
                char close = open.Bracket == '[' ? ']' : '}';
                problems.Add(open.Mark, "", $"This '{open.Bracket}' is not closed. Add the '{close}', and put a comma between items.");
                return;
            }
            var place = At(yaml?.Start ?? _parser.Current?.Start ?? YamlDotNet.Core.Mark.Empty);
            problems.Add(place, "", $"This is not YAML. {Explain(yaml?.Message ?? fault.Message)}");
        }

        private static string Explain(string message) => message switch
        {
            _ when message.Contains("invalid mapping", StringComparison.Ordinal) => "A second ':' stands on this line, or the line is indented further than the one before. Put text that holds ': ' in quotes, and align keys of one map.",
            _ when message.Contains("unexpected end of stream", StringComparison.Ordinal) => "The quote that begins here is never closed.",
            _ when message.Contains("cannot start any token", StringComparison.Ordinal) => "A text may not begin with this character. Put it in quotes.",
            _ when message.Contains("did not find expected '-'", StringComparison.Ordinal) => "A list of '- ' items and 'key: value' lines are mixed at one indentation.",
            _ => message,
        };

        private SettingNode Node(string path)
        {
            var current = _parser.Current;
            var mark = At(current!.Start);
            if (_open.Count > DeepestNesting)
            {
                throw new SyntaxErrorException(current.Start, current.End, $"It is nested deeper than {DeepestNesting} levels.");
            }
            var node = current switch
            {
                AnchorAlias alias => Alias(alias, path),
                Scalar scalar => scalar.Style is ScalarStyle.Plain ? SettingNode.Of(scalar.Value, mark: mark) : SettingNode.Of(scalar.Value, quoted: true, mark),
                SequenceStart => List(mark, path),
                MappingStart => Map(mark, path),
                _ => throw new SyntaxErrorException(current.Start, current.End, "A value is wanted here."),
            };
            if (current is NodeEvent { Anchor.IsEmpty: false } named) _anchors[named.Anchor.Value] = node;
            return node;
        }

        private SettingNode Alias(AnchorAlias alias, string path)
        {
            if (_anchors.TryGetValue(alias.Value.Value, out var node)) return node;
            problems.Add(At(alias.Start), path, $"There is no anchor '&{alias.Value.Value}' above. {Suggestion.Advice(alias.Value.Value, _anchors.Keys)}");
            return SettingNode.Null(At(alias.Start));
        }

        private SettingNode List(Mark mark, string path)
        {
            _open.Push((mark, '['));
            var items = new List<SettingNode>();
            _parser.MoveNext();
            while (_parser.Current is not SequenceEnd)
            {
                items.Add(Node($"{path}[{items.Count}]"));
                _parser.MoveNext();
            }
            _open.Pop();
            return SettingNode.List(items, mark);
        }

        private SettingNode Map(Mark mark, string path)
        {
            _open.Push((mark, '{'));
            var entries = new List<SettingEntry>();
            _parser.MoveNext();
            while (_parser.Current is not MappingEnd)
            {
                var keyMark = At(_parser.Current!.Start);
                if (Node(path) is not { Scalar: { } key })
                {
                    problems.Add(keyMark, path, "A key must be a plain text, like 'name: value'.");
                    key = "";
                }
                string inner = path.Length == 0 ? key : $"{path}.{key}";
                _parser.MoveNext();
                var value = Node(inner);
                _parser.MoveNext();
                if (entries.Find(e => e.Key == key) is { } first)
                {
                    problems.Add(keyMark, inner, $"The key '{key}' stands twice; first in line {first.KeyMark.Line}. Remove one of them.");
                }
                else if (key.Length > 0)
                {
                    if (value.IsNull && value.Scalar is "" && key.Contains(':', StringComparison.Ordinal))
                    {
                        problems.Add(keyMark, path, $"'{key}' has no space after the ':'. Write '{key.Replace(":", ": ", StringComparison.Ordinal)}'.");
                    }
                    else entries.Add(new SettingEntry(key, value, keyMark));
                }
            }
            _open.Pop();
            return SettingNode.Map(entries, mark);
        }

        private static Mark At(in YamlDotNet.Core.Mark mark) => new((int)mark.Line, (int)mark.Column);
    }
}
