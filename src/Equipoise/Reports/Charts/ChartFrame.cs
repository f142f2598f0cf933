namespace Equipoise.Reports.Charts;

/// <summary>What stands around a chart: its caption above, and below it which colour is what.</summary>
internal static class ChartFrame
{
    /// <summary>Kinds of colours; more series than these begin again, dashed.</summary>
    public const int Colours = 8;

    /// <summary>The class of the series at a place.</summary>
    public static string Series(int index) => $"s{index % Colours}{(index >= Colours ? " again" : "")}";

    /// <summary>Begins a chart.</summary>
    public static void Open(PageWriter page, string caption, string? kind = null) => page.Markup.Open("figure", ("class", kind)).Element("figcaption", caption);

    /// <summary>Ends it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="legend">Names and classes of the series; none for no legend.</param>
    public static void Close(PageWriter page, params IEnumerable<(string Name, string Kind)> legend)
    {
        (string Name, string Kind)[] entries = [.. legend];
        if (entries.Length > 0)
        {
            page.Markup.Open("ul", ("class", "legend"));
            foreach (var (name, kind) in entries) page.Markup.Open("li", ("class", kind)).Element("i", "").Text(name).Close();
            page.Markup.Close();
        }
        page.Markup.Close();
    }
}
