using System.Globalization;

namespace Equipoise.Reports;

/// <summary>What sections are made of: headings, facts, tables, figures with their exact digits, and places for charts.</summary>
internal sealed class PageWriter(Markup markup)
{
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
        bool Right(int column) => heads[column].StartsWith('#');
        Markup.Open("div", ("class", "table")).Open("table").Open("thead").Open("tr");
        for (int c = 0; c < heads.Count; c++) Markup.Element("th", heads[c].TrimStart('#'), ("scope", "col"), ("class", Right(c) ? "number" : null));
        Markup.Close().Close().Open("tbody");
        foreach (var row in rows)
        {
            Markup.Open("tr", ("class", row[0].Strong ? "strong" : null));
            for (int c = 0; c < row.Count; c++)
            {
                bool hot = double.IsFinite(row[c].Heat);
                string? style = hot ? string.Create(CultureInfo.InvariantCulture, $"--heat:{Math.Min(1, Math.Abs(row[c].Heat)):0.###}") : null;
                string? kind = hot ? row[c].Heat < 0 ? "number cold" : "number hot" : Right(c) ? "number" : null;
                if (c == 0) Markup.Open("th", ("scope", "row"));
                else Markup.Open("td", ("class", kind), ("style", style));
                Content(row[c]);
                Markup.Close();
            }
            Markup.Close();
        }
        Markup.Close().Close().Close();
    }

    private void Content(Cell cell)
    {
        if (cell.Format is null) Markup.Text(cell.Text ?? "");
        else Figure(cell.Figure, cell.Format);
    }
}
