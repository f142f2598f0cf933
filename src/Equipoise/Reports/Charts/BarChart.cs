namespace Equipoise.Reports.Charts;

/// <summary>Bars that lie: for each name one bar, or several, such as before and after.</summary>
internal static class BarChart
{
    private const double BarHeight = 14;
    private const double Gap = 10;

    /// <summary>The bars of a name.</summary>
    internal sealed record Group(string Name, IReadOnlyList<Figure> Bars);

    /// <summary>Draws bars.</summary>
    /// <param name="page">The page.</param>
    /// <param name="caption">What it shows.</param>
    /// <param name="series">What each bar of a group is.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="format">How a figure is shown behind its bar.</param>
    public static void Write(PageWriter page, string caption, IReadOnlyList<string> series, IReadOnlyList<Group> groups, Func<double, string> format)
    {
        if (groups.Count == 0) return;
        double each = (BarHeight * series.Count) + Gap, height = (each * groups.Count) + 6;
        double left = Math.Min(200, groups.Max(g => Svg.WidthOf(g.Name)) + 10), right = groups.SelectMany(g => g.Bars).Max(f => f.Is ? Svg.WidthOf(format(f.Value)) : 0) + 8;
        ChartFrame.Open(page, caption);
        var svg = new Svg(page, caption, height);
        var x = new Axis(groups.SelectMany(g => g.Bars).Select(b => b.Value), left, Svg.Width - right, zero: true, tight: true);
        svg.Line(x[0], 0, x[0], height, "zero");
        for (int g = 0; g < groups.Count; g++)
        {
            double top = (g * each) + (Gap / 2);
            svg.Text(Shortened(groups[g].Name, left), left - 8, top + (BarHeight * series.Count / 2) + 4, "end");
            for (int s = 0; s < groups[g].Bars.Count; s++)
            {
                var figure = groups[g].Bars[s];
                double y = top + (s * BarHeight);
                if (!figure.Is) continue;
                double from = Math.Min(x[0], x[figure.Value]), to = Math.Max(x[0], x[figure.Value]);
                svg.Bar(from, y + 1, to - from, BarHeight - 2, $"bar {ChartFrame.Series(s)}", figure, $"{groups[g].Name}, {series[s]}: {format(figure.Value)}");
                svg.Text(format(figure.Value), to + 4, y + BarHeight - 3, kind: "small");
            }
        }
        svg.End();
        ChartFrame.Close(page, series.Count == 1 ? [] : series.Select((s, i) => (s, ChartFrame.Series(i))));
    }

    /// <summary>A name that fits into so much room; whole in its title elsewhere.</summary>
    internal static string Shortened(string name, double room)
    {
        int most = Math.Max(3, (int)((room - 10) / Svg.WidthOf("0")));
        return name.Length <= most ? name : $"{name[..(most - 1)]}…";
    }
}
