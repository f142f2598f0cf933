using System.Text;

namespace Equipoise.Audits;

/// <summary>The file or folder that a log is read from.</summary>
internal sealed class LogSource(string path)
{
    private string? _text;
    private IReadOnlyList<(int Number, string Text)>? _lines;

    public string Path { get; } = path;

    public bool IsFolder => Directory.Exists(Path);

    /// <summary>The whole file as text; empty for a folder or a binary file.</summary>
    public string Text => _text ??= IsFolder ? "" : ReadText();

    /// <summary>
    /// Its lines with their numbers. What a terminal would have overwritten (carriage returns, backspaces) is a line of its own with the same number; colours and other controls are taken out.
    /// </summary>
    public IReadOnlyList<(int Number, string Text)> Lines => _lines ??= Split(Text);

    /// <summary>The first lines, to recognise the form by.</summary>
    public IEnumerable<string> Head => Lines.Take(400).Select(l => l.Text);

    private string ReadText()
    {
        byte[] bytes = File.ReadAllBytes(Path);
        return bytes.AsSpan(0, Math.Min(bytes.Length, 4096)).Contains((byte)0) ? "" : Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
    }

    private static List<(int, string)> Split(string text)
    {
        var lines = new List<(int, string)>();
        int number = 1;
        var line = new StringBuilder();
        void End()
        {
            if (line.Length > 0) lines.Add((number, line.ToString()));
            line.Clear();
        }
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\n')
            {
                End();
                number++;
            }
            else if (c is '\r' or '\b')
            {
                End();
            }
            else if (c == '\x1b')
            {
                while (i + 1 < text.Length && !char.IsAsciiLetter(text[i + 1])) i++;
                i++;
            }
            else if (c >= ' ' || c == '\t')
            {
                line.Append(c);
            }
        }
        End();
        return lines;
    }
}
