namespace Equipoise.Reports.Charts;

/// <summary>Contributions stacked to the total: positive terms up from 0, negative ones down, the total as a line; or their shares of it.</summary>
/// <remarks>
/// A term that is exactly 0 has no height on the side where its last value that is not 0 was, so it draws no spike to the other pile. Which of the two charts is shown is chosen by a pair of radio buttons in plain HTML;
/// nothing runs.
/// </remarks>
internal static class StackChart
{
    private const double Height = 280;
    private const double Bottom = 26;
    private const double WideEnough = 8;
    private const int MostDots = 40;

    /// <summary>A term of the total.</summary>
    internal sealed record Term(string Name, string Kind, IReadOnlyList<Figure> Contributions, IReadOnlyList<Figure> Shares);

    /// <summary>Draws both charts.</summary>
    public static void Write(PageWriter page, string caption, string unit, IReadOnlyList<Figure> places, IReadOnlyList<Term> terms, IReadOnlyList<Figure> totals)
    {
        string name = $"chart{page.Charts}";
        ChartFrame.Open(page, caption, "switch");
        var markup = page.Markup;
        foreach (var (view, label) in ((string, string)[])[("sum", "contributions"), ("share", "shares of the total")])
        {
            markup.Empty("input", ("type", "radio"), ("name", name), ("id", $"{name}-{view}"), ("class", view), ("checked", view == "sum" ? "checked" : null));
            markup.Element("label", label, ("for", $"{name}-{view}"));
        }
        markup.Open("div", ("class", "view-sum"));
        Draw(page, caption, unit, places, terms, t => t.Contributions, totals, Figure.Number, null);
        markup.Close().Open("div", ("class", "view-share"));
        Draw(page, $"{caption}, as shares", unit, places, terms, t => t.Shares, null, Figure.Percent, v => $"{Svg.Mark(Math.Round(100 * v, 6))} %");
        markup.Close();
        ChartFrame.Close(page, [.. terms.Select(t => (t.Name, t.Kind)), ("total", "total")]);
    }

    private static void Draw(PageWriter page, string title, string unit, IReadOnlyList<Figure> places, IReadOnlyList<Term> terms, Func<Term, IReadOnlyList<Figure>> choose, IReadOnlyList<Figure>? totals,
        Func<double, string> format, Func<double, string>? marks)
    {
        var svg = new Svg(page, title, Height);
        int count = places.Count;
        double[] up = new double[count], down = new double[count];
        var bands = new List<(Term Term, double[] Low, double[] High)>();
        foreach (var term in terms)
        {
            double[] low = new double[count], high = new double[count];
            bool negative = false;
            for (int i = 0; i < count; i++)
            {
                double value = choose(term)[i] is { Is: true } figure ? figure.Value : 0;
                if (value != 0) negative = value < 0;
                double[] pile = negative ? down : up;
                low[i] = pile[i];
                high[i] = pile[i] += value;
            }
            bands.Add((term, low, high));
        }
        var y = new Axis([.. up, .. down, .. totals?.Select(t => t.Value) ?? []], Height - Bottom, 10, zero: true);
        double left = Svg.RoomFor(y, marks);
        var x = new Axis(places.Select(p => p.Value), left, Svg.Width - 12, tight: true);
        svg.Upward(y, left, Svg.Width - 4, marks);
        svg.Rightward(x, 10, Height - Bottom, grid: false);
        foreach (var (term, low, high) in bands)
        {
            var there = Enumerable.Range(0, count).Select(i => (x[places[i].Value], y[high[i]]));
            var back = Enumerable.Range(0, count).Reverse().Select(i => (x[places[i].Value], y[low[i]]));
            svg.Path(Svg.Way(there.Concat(back)) + "Z", $"band {term.Kind}");
        }
        if (totals is not null) svg.Path(Svg.Way(places.Zip(totals, (p, t) => (x[p.Value], t.Is ? y[t.Value] : double.NaN))), "line total");
        // Each place has a dot for each term to point at, in the middle of its band, if the band is wide enough for it.
        if (count <= MostDots)
        {
            foreach (var (term, low, high) in bands)
            {
                for (int i = 0; i < count; i++)
                {
                    if (choose(term)[i] is { Is: true } figure && Math.Abs(y[low[i]] - y[high[i]]) >= WideEnough)
                        svg.Dot(x[places[i].Value], y[(low[i] + high[i]) / 2], 2, $"dot inband {term.Kind}", $"{term.Name}, {unit} {Figure.Whole(places[i].Value)}: {format(figure.Value)}", ("value", figure));
                }
            }
        }
        svg.End();
    }
}
