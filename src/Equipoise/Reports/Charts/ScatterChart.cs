namespace Equipoise.Reports.Charts;

/// <summary>Trials by two objectives: the front as a line of steps, its knee and the chosen trial marked, the others pale, and arrows to the better side.</summary>
internal static class ScatterChart
{
    private const double Height = 320;
    private const double Bottom = 44;
    private const double Top = 26;

    /// <summary>A trial.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="X">The first objective.</param>
    /// <param name="Y">The second.</param>
    /// <param name="Kind"><c>front</c>, <c>knee</c>, <c>chosen</c>, <c>start</c>, <c>pruned</c> or <c>other</c>.</param>
    /// <param name="OnFront">Whether the front goes through it.</param>
    internal sealed record Point(string Name, Figure X, Figure Y, string Kind, bool OnFront);

    /// <summary>Draws trials; the front as a line only where there are no other objectives.</summary>
    public static void Write(PageWriter page, string caption, (string Name, bool Higher) xObjective, (string Name, bool Higher) yObjective, IReadOnlyList<Point> points, bool line, IEnumerable<(string, string)> legend)
    {
        ChartFrame.Open(page, caption);
        var svg = new Svg(page, caption, Height);
        var y = new Axis(points.Select(p => p.Y.Value), Height - Bottom, Top);
        double left = Svg.RoomFor(y);
        var x = new Axis(points.Select(p => p.X.Value), left, Svg.Width - 12);
        svg.Upward(y, left, Svg.Width - 4);
        svg.Rightward(x, Top, Height - Bottom);
        svg.Text($"{(yObjective.Higher ? "↑" : "↓")} {yObjective.Name}, {(yObjective.Higher ? "higher" : "lower")} is better", 2, 14, kind: "name");
        svg.Text($"{xObjective.Name}, {(xObjective.Higher ? "higher is better →" : "lower is better ←")}", Svg.Width - 12, Height - 6, "end", "name");
        var front = points.Where(p => p.OnFront).OrderBy(p => p.X.Value).ToArray();
        // From each point on, until the next is reached, one has what the worse of both in the second objective gives.
        var way = new List<(double, double)>();
        for (int i = 0; i < front.Length; i++)
        {
            if (i > 0) way.Add(xObjective.Higher ? (x[front[i - 1].X.Value], y[front[i].Y.Value]) : (x[front[i].X.Value], y[front[i - 1].Y.Value]));
            way.Add((x[front[i].X.Value], y[front[i].Y.Value]));
        }
        if (line && way.Count > 1) svg.Path(Svg.Way(way), "line front");
        foreach (var point in points.OrderBy(p => p.OnFront).ThenBy(p => p.Kind is "knee" or "chosen"))
            svg.Dot(x[point.X.Value], y[point.Y.Value], point.Kind is "knee" or "chosen" ? 7 : point.OnFront || point.Kind == "start" ? 5 : 3.5, $"trial {point.Kind}",
                $"{point.Name}: {xObjective.Name} {Figure.Number(point.X.Value)}, {yObjective.Name} {Figure.Number(point.Y.Value)}", ("x", point.X), ("y", point.Y));
        svg.End();
        ChartFrame.Close(page, legend);
    }
}
