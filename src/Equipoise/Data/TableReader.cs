using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace Equipoise.Data;

/// <summary>Reads a CSV or TSV file, plain or gzip, in UTF-8, with a header line.</summary>
/// <remarks>
/// The first line names the columns. Fields may stand in quotes, and then hold separators, line breaks and doubled quotes (RFC 4180).
/// An empty field is a missing value. Empty lines are passed over. Every mistake up to twenty is told at once, with its line.
/// </remarks>
public static class TableReader
{
    private static readonly char[] Separators = [',', ';', '\t', '|'];

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">The file is missing, cut off, empty, not UTF-8 or not a proper table.</exception>
    public static Table Read(string path, TableOptions? options = null) => Parse(DataFile.Read(path), Path.GetFileName(path), options ?? new TableOptions());

    /// <summary>Reads a text that is in memory; <paramref name="name"/> stands for the file in messages, and its ending helps to find the separator.</summary>
    public static Table ReadText(string text, string name = "data.csv", TableOptions? options = null)
        => Parse(Encoding.UTF8.GetBytes(text), name, options ?? new TableOptions());

    /// <summary>Reads a file that may be larger than memory: its cells go to a file on the disk, column by column, and are brought in again as they are looked at.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="spool">A file to be made for the cells; it goes away with the process.</param>
    internal static Table ReadLarge(string path, TableOptions options, string spool)
    {
        string name = Path.GetFileName(path);
        using var content = new TextStream(path);
        char separator = options.Separator ?? FindSeparator(content.Head, name);
        var mistakes = new Mistakes();
        var broken = new StrongBox<bool>();
        using var reader = CsvReader.Create(content, Options(name, separator, mistakes, broken, pool: false), leaveOpen: true);
        return Collect(reader, name, separator, options, mistakes, broken, new CellSpool(spool), content.Fingerprint);
    }

    private static Table Parse(ReadOnlyMemory<byte> content, string name, TableOptions options)
    {
        CheckUtf8(content.Span, name);
        char separator = options.Separator ?? FindSeparator(content.Span, name);
        var mistakes = new Mistakes();
        var broken = new StrongBox<bool>();
        using var reader = CsvReader.Create(content, Options(name, separator, mistakes, broken, pool: true));
        return Collect(reader, name, separator, options, mistakes, broken, new CellLists(), (rows, columns) => Fingerprint.Of(content.Span, rows, columns));
    }

    private static CsvReaderOptions Options(string name, char separator, Mistakes mistakes, StrongBox<bool> broken, bool pool) => new()
    {
        Separator = separator,
        HasHeader = false,
        TrackLineNumbers = true,
        PoolStrings = pool,
        OnMalformedRecord = record =>
        {
            // A quote inside an unquoted field (5" pipe) is harmless and kept as it is.
            string? mistake = record.Reason switch
            {
                CsvMalformedReason.UnterminatedQuote => $"{name}: line {record.LineNumber}: a field begins with a quote (\") that is never closed, so it would run to the end of the file. Close it, or double each quote inside a quoted field (\"\").",
                CsvMalformedReason.TextAfterClosingQuote => $"{name}: line {record.LineNumber}: text follows the closing quote (\") of a field. Double each quote inside a quoted field (\"\").",
                _ => null,
            };
            if (mistake is null) return;
            broken.Value = true;
            mistakes.Add(mistake);
        },
    };

    private static Table Collect(CsvReader reader, string name, char separator, TableOptions options, Mistakes mistakes, StrongBox<bool> broken, ITableSink sink, Func<int, int, Fingerprint> fingerprint)
    {
        if (!reader.Read()) throw new DataException($"{name}: the file is empty. Its first line should name the columns.");
        string[] header = ReadHeader(reader, name, mistakes);
        mistakes.ThrowIfAny();

        sink.Begin(header.Length);
        var lines = new List<int>();
        while ((options.MaximumRows == 0 || lines.Count < options.MaximumRows) && reader.Read())
        {
            if (broken.Value)
            {
                broken.Value = false;
                continue;
            }
            if (reader.FieldCount != header.Length)
            {
                mistakes.Add($"{name}: line {reader.LineNumber} has {Count(reader.FieldCount, "field")}, but the header names {Count(header.Length, "column")}. {Remedy(reader.FieldCount, header.Length, separator)}");
                continue;
            }
            if (mistakes.Any) continue; // only further mistakes matter now
            for (int c = 0; c < header.Length; c++)
            {
                string value = reader.GetString(c);
                sink.Add(c, value.Length == 0 || IsMissing(value, options.Missing) ? null : value);
            }
            sink.EndRow();
            lines.Add(checked((int)reader.LineNumber));
        }
        mistakes.ThrowIfAny();
        return new Table(header, sink.End(), name, [.. lines], fingerprint(lines.Count, header.Length));
    }

    private static string[] ReadHeader(CsvReader reader, string name, Mistakes mistakes)
    {
        var header = new string[reader.FieldCount];
        var firstPlace = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int c = 0; c < header.Length; c++)
        {
            header[c] = reader.GetString(c).Trim();
            if (header[c].Length == 0) mistakes.Add($"{name}: line {reader.LineNumber}: column {c + 1} of {header.Length} has no name. Give it one in the header.");
            else if (!firstPlace.TryAdd(header[c], c)) mistakes.Add($"{name}: line {reader.LineNumber}: columns {firstPlace[header[c]] + 1} and {c + 1} are both called '{header[c]}'. Rename one of them in the header.");
        }
        return header;
    }

    private static bool IsMissing(string value, IReadOnlyList<string> missing)
    {
        for (int i = 0; i < missing.Count; i++)
            if (string.Equals(value, missing[i], StringComparison.Ordinal)) return true;
        return false;
    }

    private static string Remedy(int found, int wanted, char separator)
    {
        string shown = separator == '\t' ? "tab" : $"'{separator}'";
        return found > wanted ? $"Put a field that holds the separator ({shown}) in quotes." : $"Add the missing fields (an empty one is a missing value); the separator is {shown}.";
    }

    private static string Count(int number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");

    // The ending decides if the first line agrees with it; otherwise the separator that the first line has most of, outside quotes.
    private static char FindSeparator(ReadOnlySpan<byte> content, string name)
    {
        var counts = new int[Separators.Length];
        bool quoted = false;
        foreach (byte b in content)
        {
            if (b == '"') quoted = !quoted;
            if (quoted) continue;
            if (b is (byte)'\n' or (byte)'\r') break;
            int index = Array.IndexOf(Separators, (char)b);
            if (index >= 0) counts[index]++;
        }
        string plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        bool tabs = plain.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) || plain.EndsWith(".tab", StringComparison.OrdinalIgnoreCase);
        int expected = Array.IndexOf(Separators, tabs ? '\t' : ',');
        if (counts[expected] > 0) return Separators[expected];
        int most = expected;
        for (int i = 0; i < counts.Length; i++)
            if (counts[i] > counts[most]) most = i;
        return Separators[most];
    }

    private static void CheckUtf8(ReadOnlySpan<byte> content, string name)
    {
        if (content is [0xff, 0xfe, ..] or [0xfe, 0xff, ..]) throw new DataException($"{name}: the file is in UTF-16. Save it as UTF-8.");
        if (Utf8.IsValid(content)) return;
        int line = 1;
        int at = 0;
        while (Rune.DecodeFromUtf8(content[at..], out var rune, out int length) == System.Buffers.OperationStatus.Done)
        {
            if (rune.Value == '\n') line++;
            at += length;
        }
        throw new DataException(string.Create(CultureInfo.InvariantCulture,
            $"{name}: line {line} is not UTF-8: byte 0x{content[at]:x2} at offset {at:N0}. Save the file as UTF-8 (from Latin-1: 'iconv -f latin1 -t utf-8')."));
    }
}
