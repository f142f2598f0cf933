namespace Equipoise.Cli.Output;

/// <summary>Points in a plane, drawn with characters: the same on a terminal and in a pipe. A later point covers an earlier one.</summary>
internal static class ScatterChart
{
    private const int Columns = 60, Lines = 18;

    public static void Write(TextWriter writer, string across, string up, IReadOnlyList<(double X, double Y, char Sign)> points)
    {
        double left = points.Min(p => p.X), right = points.Max(p => p.X), low = points.Min(p => p.Y), high = points.Max(p => p.Y);
        var cells = new char[Lines, Columns];
        foreach (var (x, y, sign) in points)
        {
            cells[Lines - 1 - Place(y, low, high, Lines), Place(x, left, right, Columns)] = sign;
        }
        string[] marks = [Figures.Number(high), Figures.Number(low)];
        int margin = marks.Max(m => m.Length);
        writer.WriteLine($"{new string(' ', margin)} {up}");
        for (int line = 0; line < Lines; line++)
        {
            string mark = line == 0 ? marks[0] : line == Lines - 1 ? marks[1] : "";
            string row = string.Concat(Enumerable.Range(0, Columns).Select(c => cells[line, c] == '\0' ? ' ' : cells[line, c]));
            writer.WriteLine($"{mark.PadLeft(margin)} │{row}".TrimEnd());
        }
        string first = Figures.Number(left), last = Figures.Number(right);
        writer.WriteLine($"{new string(' ', margin)} └{new string('─', Columns)}");
        writer.WriteLine($"{new string(' ', margin + 2)}{first}{across.PadLeft(((Columns - first.Length - last.Length) + across.Length) / 2).PadRight(Columns - first.Length - last.Length)}{last}");
    }

    private static int Place(double value, double least, double most, int places)
        => most > least ? Math.Clamp((int)Math.Round((value - least) / (most - least) * (places - 1)), 0, places - 1) : places / 2;
}
