using System.Text;

namespace Equipoise.Configs;

/// <summary>The catalogue as pages of Markdown: one a kind, with meaning, formula, settings, ranges, defaults and source of everything. <c>docs/reference</c> is made by it.</summary>
public static class CatalogMarkdown
{
    private const string Made = "Made by `equipoise catalog --markdown --to docs/reference`; a test compares it with the catalogue. Do not edit it: change the component.";

    /// <summary>The page of a kind.</summary>
    public static string Page(CatalogPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        var text = new StringBuilder();
        text.Append("# ").Append(Capital(page.Plural)).Append("\n\n").Append(Capital(page.Title)).Append(". ").Append(Made).Append('\n');
        bool components = page.Kind is not ("config" or "input" or "output");
        foreach (var entry in page.Entries) Item(text, entry, components);
        return text.ToString();
    }

    /// <summary>The page that leads to the others.</summary>
    public static string Index(IReadOnlyList<CatalogPage> pages)
    {
        ArgumentNullException.ThrowIfNull(pages);
        var text = new StringBuilder("# Reference\n\nAll that can be written in a config, and all components of the library by name. ").Append(Made).Append("\n\n| kind | entries | what it is |\n| --- | ---: | --- |\n");
        foreach (var page in pages) text.Append("| [").Append(page.Plural).Append("](").Append(FileOf(page)).Append(") | ").Append(page.Entries.Count).Append(" | ").Append(page.Title).Append(" |\n");
        return text.ToString();
    }

    /// <summary>What the file of a kind is called: <c>losses.md</c>.</summary>
    public static string FileOf(CatalogPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return $"{page.Plural.Replace(' ', '-')}.md";
    }

    private static void Item(StringBuilder text, CatalogItem entry, bool component)
    {
        text.Append("\n## ").Append(entry.Name).Append("\n\n");
        // The doc comment often begins with the very words of the summary.
        bool again = entry.Details.StartsWith(entry.Summary, StringComparison.OrdinalIgnoreCase);
        if (entry.Summary.Length > 0) text.Append(again ? Escaped(entry.Details) : $"{Capital(entry.Summary)}.");
        if (entry.Aliases.Count > 0) text.Append(" Also: ").AppendJoin(", ", entry.Aliases.Select(a => $"`{a}`")).Append('.');
        if (entry.Needs.Length > 0) text.Append(" Needs ").Append(entry.Needs).Append('.');
        if (entry.Summary.Length > 0) text.Append('\n');
        if (entry.Details.Length > 0 && !again) text.Append('\n').Append(Escaped(entry.Details)).Append('\n');
        if (entry.Source.Length > 0) text.Append("\nSource: ").Append(Escaped(entry.Source)).Append(".\n");
        else if (component) text.Append("\nSource: common knowledge.\n");
        if (entry.Settings.Count == 0) return;
        bool defaults = entry.Settings.Any(s => s.Default.Length > 0);
        if (entry.Summary.Length > 0) text.Append('\n');
        text.Append(defaults ? "| setting | default | takes | meaning |\n| --- | --- | --- | --- |\n" : "| key | takes | meaning |\n| --- | --- | --- |\n");
        foreach (var s in entry.Settings)
        {
            text.Append("| `").Append(s.Name).Append("` | ");
            if (defaults) text.Append(Cell(s.Default)).Append(" | ");
            text.Append(Cell(s.Range)).Append(" | ").Append(Cell(s.Meaning)).Append(" |\n");
        }
    }

    // A formula keeps its letters: y = x.
    private static string Capital(string text) => text.Length > 2 && text[1] == ' ' && text[2] == '=' ? text : $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    private static string Cell(string text) => Escaped(text).Replace("|", "\\|", StringComparison.Ordinal);

    // What formulas have and Markdown would read as its own; code in backticks stays as it is.
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        bool code = false;
        foreach (char c in text)
        {
            if (c == '`') code = !code;
            if (!code && c is '*' or '<' or '_') escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }
}
