namespace Equipoise.Reports.Charts;

/// <summary>Lines over epochs or steps.</summary>
internal static class LineChart
{
    private const int MostDots = 40;
    private const double Bottom = 26;

    /// <summary>A line.</summary>
    /// <param name="Name">What it is.</param>
    /// <param name="Kind">Its class: colour, and whether it is dashed.</param>
    /// <param name="Figures">A figure for each place.</param>
    internal sealed record Series(string Name, string Kind, IReadOnlyList<Figure> Figures);

    /// <summary>Draws lines.</summary>
    /// <param name="page">The page.</param>
    /// <param name="caption">What it shows.</param>
    /// <param name="unit">What the places are: <c>epoch</c>.</param>
    /// <param name="places">The places.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="logarithmic">Whether equal factors are equally far apart.</param>
    /// <param name="small">Whether the chart is one of several beside one another.</param>
    public static void Write(PageWriter page, string caption, string unit, IReadOnlyList<Figure> places, IReadOnlyList<Series> lines, bool logarithmic = false, bool small = false)
    {
        double height = small ? 190 : 260;
        ChartFrame.Open(page, caption);
        var svg = new Svg(page, caption, height);
        var y = new Axis(lines.SelectMany(l => l.Figures).Select(f => f.Value), height - Bottom, 10, logarithmic);
        double left = Svg.RoomFor(y);
        var x = new Axis(places.Select(p => p.Value), left, Svg.Width - 12, tight: places.Count > 1);
        svg.Upward(y, left, Svg.Width - 4);
        svg.Rightward(x, 10, height - Bottom, grid: false);
        foreach (var line in lines)
        {
            var points = places.Zip(line.Figures, (place, figure) => (X: x[place.Value], Y: figure.Is && (!logarithmic || figure.Value > 0) ? y[figure.Value] : double.NaN, Place: place, Figure: figure)).ToArray();
            svg.Path(Svg.Way(points.Select(p => (p.X, p.Y))), $"line {line.Kind}");
            if (points.Length > MostDots) continue;
            foreach (var point in points.Where(p => double.IsFinite(p.Y)))
                svg.Dot(point.X, point.Y, 2.5, $"dot {line.Kind}", $"{line.Name}, {unit} {Figure.Whole(point.Place.Value)}: {Figure.Number(point.Figure.Value)}", ("value", point.Figure));
        }
        svg.End();
        ChartFrame.Close(page, lines.Count == 1 ? [] : lines.Select(l => (l.Name, l.Kind)));
    }
}
