using System.Globalization;
using System.Text;

namespace Equipoise.Audits.Readers;

/// <summary>The fields of a log in CSV, by the names in its header.</summary>
internal static class CsvRows
{
    /// <summary>The header; empty if the text is no table.</summary>
    public static string[] Header(LogSource source)
    {
        if (source.Lines.Count < 2) return [];
        string[] header = [.. Fields(source.Lines[0].Text).Select(f => f.Trim())], first = Fields(source.Lines[1].Text);
        bool names = header.Length > 1 && header.All(h => !PrintedNumber.TryParse(h, out _)) && !source.Lines[0].Text.Contains('{', StringComparison.Ordinal);
        return names && first.Length == header.Length && first.Any(f => PrintedNumber.TryParse(f, out _)) ? header : [];
    }

    /// <summary>Lines after the header: the number of the line in the file, and the fields.</summary>
    public static IEnumerable<(int Line, string[] Fields)> Rows(LogSource source) => Parse(source.Text).Skip(1);

    /// <summary>Adds all figures of a line to a draft; a field that is no number is left out.</summary>
    public static void Add(LogDraft draft, string[] header, string[] fields, int line, long epoch, long step, (long, long) key, Func<string, (string? Part, string Name)?> place)
    {
        for (int c = 0; c < Math.Min(header.Length, fields.Length); c++)
        {
            if (place(header[c]) is not { } found || string.IsNullOrWhiteSpace(fields[c]) || !PrintedNumber.TryParse(fields[c], out var number)) continue;
            draft.Add(found.Part, key, line, epoch, step, found.Name, number);
        }
    }

    /// <summary>The counter in a column, 0 without one.</summary>
    public static long Counter(string[] header, string[] fields, string column)
    {
        int c = Array.IndexOf(header, column);
        return c >= 0 && c < fields.Length && double.TryParse(fields[c], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && Math.Abs(value) < 1e15 ? (long)value : -1;
    }

    // Logs have short fields without line breaks inside; quotes may stand around a name (RFC 4180).
    private static IEnumerable<(int Line, string[] Fields)> Parse(string text)
    {
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line)) yield return (number, Fields(line.TrimEnd('\r')));
        }
    }

    private static string[] Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"') field.Append(line[i++]);
            else if (c == '"') quoted = !quoted;
            else if (c != ',' || quoted) field.Append(c);
            else
            {
                fields.Add(field.ToString());
                field.Clear();
            }
        }
        fields.Add(field.ToString());
        return [.. fields];
    }
}
