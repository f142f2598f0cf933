namespace Equipoise.Benchmarks;

/// <summary>A table in <c>bench/results</c> that is measured row by row: a row measured anew takes the place of the old one, all others stay.</summary>
/// <remarks>Rows of another machine are left out when a row is added, since they do not compare. A row is known by its first <paramref name="keyColumns"/> cells.</remarks>
internal sealed class ResultFile(string file, string title, string explanation, IReadOnlyList<string> columns, int keyColumns, Func<IReadOnlyList<string[]>, IEnumerable<string>>? summary = null)
{
    private const string MachineMark = "Machine: ";
    private const string PeersMark = "Peer: ";
    private readonly List<string[]> _rows = Read(file, columns.Count);

    /// <summary>Name and version of what was compared with; null for none.</summary>
    public string? Peers { get; set; } = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith(PeersMark, StringComparison.Ordinal))?[PeersMark.Length..] : null;

    /// <summary>Where a machine's table is: in the folder of all tables, or, if the table there is of another kind of machine or not yet there, in a folder below it that is named after the machine.</summary>
    public static string Find(string folder, string file, string machine)
    {
        string common = Path.Combine(folder, file);
        string? line = File.Exists(common) ? File.ReadLines(common).FirstOrDefault(l => l.StartsWith(MachineMark, StringComparison.Ordinal)) : null;
        string own = Path.Combine(folder, Kind(machine));
        bool isCommon = line is null ? !Directory.Exists(own) : Kind(line[MachineMark.Length..]) == Kind(machine);
        return isCommon ? common : Path.Combine(own, file);
    }

    // Processor and vectors without the version of the runtime, as the name of a folder.
    private static string Kind(string machine)
        => string.Join('-', machine.Split(", .NET")[0].ToLowerInvariant().Split([' ', ',', '(', ')', '@', '/'], StringSplitOptions.RemoveEmptyEntries));

    public bool Has(params string[] key) => Find(key) >= 0;

    /// <summary>Adds a row, or puts it in the place of the row with the same key, and writes the file.</summary>
    public void Put(params string[] cells)
    {
        int place = Find(cells.AsSpan(0, keyColumns));
        if (place < 0) _rows.Add(cells);
        else _rows[place] = cells;
        _rows.Sort(Compare);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllLines(file, [$"# {title}", "", $"{MachineMark}{Place.Machine}", .. Peers is null ? (string[])[""] : ["", PeersMark + Peers, ""], explanation, "", .. summary is null ? [] : summary(_rows).Append(""), .. Lines(columns, _rows)]);
    }

    /// <summary>A table as Markdown.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<string> columns, IReadOnlyList<string[]> rows)
        => [Line(columns), "|" + string.Concat(columns.Select(_ => "---|")), .. rows.Select(Line)];

    public static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";

    private int Find(ReadOnlySpan<string> key)
    {
        for (int i = 0; i < _rows.Count; i++)
        {
            if (key.SequenceEqual(_rows[i].AsSpan(0, keyColumns))) return i;
        }
        return -1;
    }

    // Cells that are numbers are compared as numbers, so that 32 stands before 256.
    private int Compare(string[] a, string[] b)
    {
        for (int i = 0; i < keyColumns; i++)
        {
            int order = long.TryParse(a[i], out long x) && long.TryParse(b[i], out long y) ? x.CompareTo(y) : string.CompareOrdinal(a[i], b[i]);
            if (order != 0) return order;
        }
        return 0;
    }

    private static List<string[]> Read(string file, int columns)
    {
        if (!File.Exists(file)) return [];
        string[] lines = File.ReadAllLines(file);
        if (!lines.Contains(MachineMark + Place.Machine))
        {
            Console.Error.WriteLine($"{file} is from another machine: its rows will be left out.");
            return [];
        }
        return [.. lines.Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l[2..^2].Split(" | ")).Where(c => c.Length == columns).Skip(1)];
    }
}
