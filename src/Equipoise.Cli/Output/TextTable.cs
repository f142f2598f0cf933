namespace Equipoise.Cli.Output;

/// <summary>A table in plain text: columns two spaces apart, a line below the header. The same on a terminal and in a pipe.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Columns whose cells stand at the right end.</summary>
    public HashSet<int> Right { get; } = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter writer)
    {
        int[] widths = [.. header.Select((h, c) => Math.Max(h.Length, _rows.Count == 0 ? 0 : _rows.Max(r => r[c].Length)))];
        Line(writer, header, widths);
        writer.WriteLine(string.Join("  ", widths.Select(w => new string('-', w))));
        foreach (string[] row in _rows) Line(writer, row, widths);
    }

    private void Line(TextWriter writer, string[] cells, int[] widths)
        => writer.WriteLine(string.Join("  ", cells.Select((cell, c) => Right.Contains(c) ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
}
