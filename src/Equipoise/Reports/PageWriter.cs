using System.Globalization;

namespace Equipoise.Reports;

/// <summary>What sections are made of: headings, facts, tables, figures with their exact digits, and places for charts.</summary>
internal sealed class PageWriter(Markup markup)
{
    private const int ShortText = 26;                          // of a cell, which stays in one line

    /// <summary>What is written to.</summary>
    public Markup Markup { get; } = markup;

    /// <summary>Charts so far: gives each its own name.</summary>
    public int Charts { get; set; }

    public void Heading(string text) => Markup.Element("h3", text);

    public void Paragraph(string text) => Markup.Element("p", text);

    public void Note(string text) => Markup.Element("p", text, ("class", "note"));

    public void Equation(string text) => Markup.Element("p", text, ("class", "equation"));

    public void List(IEnumerable<string> items)
    {
        Markup.Open("ul");
        foreach (string item in items) Markup.Element("li", item);
        Markup.Close();
    }

    /// <summary>A figure with the digits of the JSON beside those shown.</summary>
    public void Figure(Figure figure, Func<double, string> format)
    {
        if (figure.Is) Markup.Element("data", format(figure.Value), ("value", figure.Json));
        else Markup.Text("–");
    }

    /// <summary>Names and what they are, such as the seed of a run; those without a text or figure are left out.</summary>
    public void Facts(params (string Name, Cell Value)[] facts)
    {
        Markup.Open("dl", ("class", "facts"));
        foreach (var (name, value) in facts.Where(f => f.Value.Figure.Is || f.Value.Text is { Length: > 0 }))
        {
            Markup.Open("div").Element("dt", name).Open("dd");
            Content(value);
            Markup.Close().Close();
        }
        Markup.Close();
    }

    /// <summary>A table.</summary>
    /// <param name="heads">Heads of the columns. A head beginning with '#' is of a column of figures, which stand at the right.</param>
    /// <param name="rows">The rows; the first cell of each is its name.</param>
    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<Cell>> rows)
    {
        IReadOnlyList<Cell>[] lines = [.. rows];
        // A column that says nothing anywhere is left out.
        int[] columns = [.. Enumerable.Range(0, heads.Count).Where(c => c == 0 || lines.Any(l => l[c].Figure.Is || l[c].Text is { Length: > 0 }))];
        Markup.Open("div", ("class", "table")).Open("table").Open("thead").Open("tr");
        foreach (int c in columns) Markup.Element("th", heads[c].TrimStart('#'), ("scope", "col"), ("class", heads[c].StartsWith('#') ? "number" : null));
        Markup.Close().Close().Open("tbody");
        foreach (var line in lines)
        {
            Markup.Open("tr", ("class", line[0].Strong ? "strong" : null));
            foreach (int c in columns)
            {
                if (c == 0) Markup.Open("th", ("scope", "row"));
                else Markup.Open("td", ("class", KindOf(line[c], heads[c])));
                Content(line[c]);
                Markup.Close();
            }
            Markup.Close();
        }
        Markup.Close().Close().Close();
    }

    // Colours have ten steps, so that no cell needs a style of its own.
    private static string? KindOf(Cell cell, string head)
    {
        if (!double.IsFinite(cell.Heat)) return head.StartsWith('#') ? "number" : cell.Text is { Length: <= ShortText } ? "short" : null;
        return string.Create(CultureInfo.InvariantCulture, $"number {(cell.Heat < 0 ? "cold" : "hot")} h{Math.Round(10 * Math.Min(1, Math.Abs(cell.Heat)))}");
    }

    private void Content(Cell cell)
    {
        if (cell.Format is null) Markup.Text(cell.Text ?? "");
        else Figure(cell.Figure, cell.Format);
    }
}
