namespace Equipoise.Reports.Charts;

/// <summary>Intervals that lie below one another, each with its middle, and 0 as a line: an interval that does not cross it is clear.</summary>
internal static class IntervalChart
{
    private const double RowHeight = 26;
    private const double Bottom = 22;

    /// <summary>An interval; ends that are no figure are drawn to the edge.</summary>
    internal sealed record Row(string Name, Figure Low, Figure Middle, Figure High, string Kind);

    /// <summary>Draws intervals.</summary>
    public static void Write(PageWriter page, string caption, IReadOnlyList<Row> rows, bool zero = true)
    {
        if (rows.Count == 0) return;
        double height = (RowHeight * rows.Count) + Bottom + 6, left = Math.Min(190, rows.Max(r => Svg.WidthOf(r.Name)) + 12);
        ChartFrame.Open(page, caption);
        var svg = new Svg(page, caption, height);
        var x = new Axis(rows.SelectMany(r => (double[])[r.Low.Value, r.Middle.Value, r.High.Value]), left, Svg.Width - 12, zero: zero);
        svg.Rightward(x, 2, height - Bottom);
        for (int i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            double y = (i * RowHeight) + (RowHeight / 2) + 2;
            svg.Text(BarChart.Shortened(row.Name, left), left - 8, y + 4, "end");
            if (!row.Middle.Is) continue;
            double from = row.Low.Is ? x[row.Low.Value] : x.Begin, to = row.High.Is ? x[row.High.Value] : x.End;
            svg.Line(from, y, to, y, $"interval {row.Kind}");
            if (row.Low.Is) svg.Line(from, y - 5, from, y + 5, $"interval {row.Kind}");
            if (row.High.Is) svg.Line(to, y - 5, to, y + 5, $"interval {row.Kind}");
            string Told(Figure f) => f.Is ? Figure.Short(f.Value) : "?";
            svg.Dot(x[row.Middle.Value], y, 4.5, $"dot {row.Kind}", $"{row.Name}: {Told(row.Middle)}, {Told(row.Low)} to {Told(row.High)}", ("value", row.Middle), ("low", row.Low), ("high", row.High));
        }
        svg.End();
        ChartFrame.Close(page);
    }
}
