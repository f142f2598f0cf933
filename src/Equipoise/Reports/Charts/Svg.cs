using System.Globalization;

namespace Equipoise.Reports.Charts;

/// <summary>A chart's frame in SVG: its size, its axes, and shapes by place. Text is 13 units high; a chart is 480 wide, so that it can be read on a phone.</summary>
internal sealed class Svg
{
    /// <summary>Width of every chart, in units of the drawing.</summary>
    public const double Width = 480;

    private const double MarkLength = 4;
    private const double WideDigit = 7.2;                      // of a digit at 13 units
    private readonly Markup _markup;

    /// <summary>Begins a chart.</summary>
    /// <param name="page">The page.</param>
    /// <param name="title">What the chart shows, for those who listen to it.</param>
    /// <param name="height">Its height.</param>
    public Svg(PageWriter page, string title, double height)
    {
        _markup = page.Markup;
        Height = height;
        page.Charts++;
        _markup.Open("svg", ("viewBox", $"0 0 {Place(Width)} {Place(height)}"), ("role", "img"), ("aria-label", title));
    }

    /// <summary>Height, in units of the drawing.</summary>
    public double Height { get; }

    /// <summary>How wide a text is, about.</summary>
    public static double WidthOf(string text) => text.Length * WideDigit;

    /// <summary>A coordinate, with a tenth of a unit.</summary>
    public static string Place(double value) => (double.IsFinite(value) ? Math.Round(value, 1) + 0.0 : 0).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Digits beside a mark of an axis.</summary>
    public static string Mark(double value)
    {
        double size = Math.Abs(value);
        return size is 0 or (>= 1e-4 and < 1e5) ? value.ToString("#,0.######", CultureInfo.InvariantCulture) : value.ToString("0.##e0", CultureInfo.InvariantCulture);
    }

    /// <summary>Room that the marks of an axis at the left take.</summary>
    public static double RoomFor(Axis axis, Func<double, string>? format = null) => axis.Marks().Select(m => WidthOf((format ?? Mark)(m))).DefaultIfEmpty(0).Max() + 12;

    /// <summary>Marks and faint lines for an axis that goes up.</summary>
    public void Upward(Axis axis, double left, double right, Func<double, string>? format = null)
    {
        foreach (double mark in axis.Marks())
        {
            Line(left, axis[mark], right, axis[mark], mark == 0 ? "zero" : "grid");
            Text((format ?? Mark)(mark), left - 6, axis[mark] + 4, "end");
        }
    }

    /// <summary>Marks and faint lines for an axis that goes to the right.</summary>
    public void Rightward(Axis axis, double top, double bottom, Func<double, string>? format = null, bool grid = true)
    {
        double free = double.NegativeInfinity;
        foreach (double mark in axis.Marks())
        {
            string text = (format ?? Mark)(mark);
            double half = WidthOf(text) / 2, at = axis[mark];
            if (grid) Line(at, top, at, bottom, mark == 0 ? "zero" : "grid");
            else Line(at, bottom, at, bottom + MarkLength, "grid");
            if (at - half < free || at + half > Width) continue;
            free = at + half + 6;
            Text(text, at, bottom + 16, "middle");
        }
    }

    public void Line(double x1, double y1, double x2, double y2, string kind)
        => _markup.Empty("line", ("x1", Place(x1)), ("y1", Place(y1)), ("x2", Place(x2)), ("y2", Place(y2)), ("class", kind));

    public void Text(string text, double x, double y, string anchor = "start", string? kind = null)
        => _markup.Element("text", text, ("x", Place(x)), ("y", Place(y)), ("text-anchor", anchor == "start" ? null : anchor), ("class", kind));

    public void Path(string way, string kind) => _markup.Empty("path", ("d", way), ("class", kind));

    /// <summary>A bar that tells its figure.</summary>
    public void Bar(double x, double y, double width, double height, string kind, Figure figure, string told)
    {
        _markup.Open("rect", ("x", Place(x)), ("y", Place(y)), ("width", Place(Math.Max(0.5, width))), ("height", Place(height)), ("class", kind), ("data-value", figure.Json));
        _markup.Element("title", told).Close();
    }

    /// <summary>A dot that tells its figures.</summary>
    public void Dot(double x, double y, double radius, string kind, string told, params ReadOnlySpan<(string Name, Figure Figure)> figures)
    {
        var attributes = new List<(string, string?)> { ("cx", Place(x)), ("cy", Place(y)), ("r", Place(radius)), ("class", kind) };
        foreach (var (name, figure) in figures) attributes.Add(($"data-{name}", figure.Json));
        _markup.Open("circle", [.. attributes]).Element("title", told).Close();
    }

    /// <summary>Ends the chart.</summary>
    public void End() => _markup.Close();

    /// <summary>The way through points; broken where one is no number.</summary>
    public static string Way(IEnumerable<(double X, double Y)> points)
    {
        var text = new System.Text.StringBuilder();
        bool begun = false;
        foreach (var (x, y) in points)
        {
            if (!double.IsFinite(x) || !double.IsFinite(y))
            {
                begun = false;
                continue;
            }
            text.Append(begun ? 'L' : 'M').Append(Place(x)).Append(' ').Append(Place(y));
            begun = true;
        }
        return text.ToString();
    }
}
