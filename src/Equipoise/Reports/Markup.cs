using System.Text;

namespace Equipoise.Reports;

/// <summary>Writes elements, attributes and texts, each escaped, so that a page is well-formed as HTML and as XML whatever names and texts users have.</summary>
/// <remarks>Characters that XML does not know, such as control characters, become U+FFFD. An attribute without a value is left out.</remarks>
internal sealed class Markup
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = [];

    /// <summary>Begins an element.</summary>
    public Markup Open(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Tag(element, attributes).Append('>');
        _open.Push(element);
        return this;
    }

    /// <summary>Ends the element begun last.</summary>
    public Markup Close()
    {
        _text.Append("</").Append(_open.Pop()).Append('>');
        if (_open.Count < 5) _text.Append('\n');
        return this;
    }

    /// <summary>An element with a text.</summary>
    public Markup Element(string element, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Tag(element, attributes).Append('>');
        Escape(text);
        _text.Append("</").Append(element).Append('>');
        if (_open.Count < 5) _text.Append('\n');
        return this;
    }

    /// <summary>An element that never has anything in it, and shapes of SVG.</summary>
    public Markup Empty(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Tag(element, attributes).Append("/>");
        return this;
    }

    /// <summary>A text.</summary>
    public Markup Text(string text)
    {
        Escape(text);
        return this;
    }

    /// <summary>What is markup or style already; never a text of a user.</summary>
    public Markup Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>All that was written.</summary>
    /// <exception cref="InvalidOperationException">An element is still open.</exception>
    public override string ToString() => _open.Count == 0 ? _text.ToString() : throw new InvalidOperationException($"The element '{_open.Peek()}' is still open.");

    private StringBuilder Tag(string element, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _text.Append('<').Append(element);
        foreach (var (name, value) in attributes)
        {
            if (value is null) continue;
            _text.Append(' ').Append(name).Append("=\"");
            Escape(value);
            _text.Append('"');
        }
        return _text;
    }

    private void Escape(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                _text.Append(c).Append(text[++i]);
                continue;
            }
            switch (c)
            {
                case '&': _text.Append("&amp;"); break;
                case '<': _text.Append("&lt;"); break;
                case '>': _text.Append("&gt;"); break;
                case '"': _text.Append("&quot;"); break;
                case '\'': _text.Append("&#39;"); break;
                case '\t' or '\n': _text.Append(c); break;
                default: _text.Append(c < ' ' || char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF' ? '\uFFFD' : c); break;
            }
        }
    }
}
