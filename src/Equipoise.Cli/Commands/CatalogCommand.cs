using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Configs;

namespace Equipoise.Cli.Commands;

/// <summary><c>catalog</c>: what can be written in a config.</summary>
internal static class CatalogCommand
{
    public static Command Make(Shell shell)
    {
        var kind = new Argument<string?>("kind") { Description = "A kind: config, input, output, loss, metric, layer, optimizer ...; without it, all kinds.", Arity = ArgumentArity.ZeroOrOne };
        var name = new Argument<string?>("name") { Description = "A name; without it, all of the kind.", Arity = ArgumentArity.ZeroOrOne };
        var markdown = new Option<bool>("--markdown") { Description = "Give a page of Markdown for each kind, with formulas, settings, ranges, defaults and sources." };
        var to = new Option<string?>("--to") { Description = "With --markdown: the folder to write the pages into, a file for each kind." };
        var command = new ToolCommand("catalog", "Shows what can be written in a config: its keys, and all losses, metrics, layers, optimizers ... with their settings.",
            details: "",
            examples: ["equipoise catalog loss", "equipoise catalog loss huber", "equipoise catalog --markdown --to docs/reference"]) { kind, name, markdown, to };
        command.SetAction(parsed => Run(shell, parsed.GetValue(kind), parsed.GetValue(name), parsed.GetValue(markdown), parsed.GetValue(to)));
        return command;
    }

    private static int Run(Shell shell, string? kind, string? name, bool markdown, string? folder)
    {
        if (folder is not null && !markdown) throw new UsageException("--to says where pages of Markdown are written to. Add --markdown.");
        IReadOnlyList<CatalogPage> pages = kind is null ? CatalogBook.Pages : [CatalogBook.Find(kind)];
        if (name is not null) pages = [pages[0] with { Entries = [CatalogBook.Find(pages[0], name)] }];
        if (folder is not null) WritePages(shell, pages, folder, index: kind is null);
        else if (shell.Json) Envelope.Write(shell, "catalog", Json(pages));
        else if (markdown) shell.Output.Write(CatalogBook.Markdown(pages));
        else if (name is not null) PrintItem(shell.Output, pages[0].Entries[0]);
        else if (kind == "config") foreach (var item in pages[0].Entries) PrintItem(shell.Output, item);
        else if (kind is not null) PrintPage(shell.Output, pages[0]);
        else PrintKinds(shell.Output, pages);
        return ExitCodes.Done;
    }

    private static void WritePages(Shell shell, IReadOnlyList<CatalogPage> pages, string folder, bool index)
    {
        Directory.CreateDirectory(folder);
        var files = new List<string>();
        void Save(string name, string text)
        {
            files.Add(Path.Combine(folder, name));
            File.WriteAllText(files[^1], text);
        }
        foreach (var page in pages) Save(CatalogMarkdown.FileOf(page), CatalogMarkdown.Page(page));
        if (index) Save("README.md", CatalogMarkdown.Index(pages));
        if (shell.Json) Envelope.Write(shell, "catalog", new JsonObject { ["files"] = Envelope.Texts(files) });
        else foreach (string file in files) shell.Output.WriteLine(file);
    }

    private static void PrintKinds(TextWriter output, IReadOnlyList<CatalogPage> pages)
    {
        var table = new TextTable("kind", "entries", "what it is") { Right = { 1 } };
        foreach (var page in pages) table.Add(page.Kind, Figures.Count(page.Entries.Count), page.Title);
        table.Write(output);
        output.WriteLine();
        output.WriteLine("'equipoise catalog KIND' lists one, 'equipoise catalog KIND NAME' shows settings.");
    }

    private static void PrintPage(TextWriter output, CatalogPage page)
    {
        if (page.Entries.Any(e => e.Needs.Length > 0))
        {
            var sourced = new TextTable("name", "what it is", "needs", "source");
            foreach (var entry in page.Entries) sourced.Add(entry.Name, entry.Summary, entry.Needs, entry.Source);
            sourced.Write(output);
            return;
        }
        var table = new TextTable("name", "what it is", "settings");
        foreach (var entry in page.Entries) table.Add(entry.Name, entry.Summary, string.Join(", ", entry.Settings.Select(s => s.Name)));
        table.Write(output);
    }

    private static void PrintItem(TextWriter output, CatalogItem item)
    {
        output.WriteLine(item.Summary.Length == 0 ? item.Name : $"{item.Name}: {item.Summary}");
        if (item.Aliases.Count > 0) output.WriteLine($"also: {string.Join(", ", item.Aliases)}");
        if (item.Needs.Length > 0) output.WriteLine($"needs: {item.Needs}");
        if (item.Details.Length > 0) PrintWrapped(output, item.Details.Replace("`", "", StringComparison.Ordinal));
        if (item.Source.Length > 0) PrintWrapped(output, $"source: {item.Source}");
        output.WriteLine();
        if (item.Settings.Count == 0) return;
        bool defaults = item.Settings.Any(s => s.Default.Length > 0);
        var table = defaults ? new TextTable("setting", "default", "takes", "meaning") : new TextTable("key", "takes", "meaning");
        foreach (var s in item.Settings) table.Add(defaults ? [s.Name, s.Default, s.Range, s.Meaning] : [s.Name, s.Range, s.Meaning]);
        table.Write(output);
        output.WriteLine();
    }

    private static void PrintWrapped(TextWriter output, string text)
    {
        const int Width = 120;
        var line = new System.Text.StringBuilder();
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                output.WriteLine(line.ToString());
                line.Clear();
            }
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        output.WriteLine(line.ToString());
    }

    private static JsonArray Json(IReadOnlyList<CatalogPage> pages)
    {
        var json = new JsonArray();
        foreach (var page in pages)
        {
            var entries = new JsonArray();
            foreach (var entry in page.Entries)
            {
                var settings = new JsonArray();
                foreach (var s in entry.Settings) settings.Add((JsonNode)new JsonObject { ["name"] = s.Name, ["default"] = s.Default, ["takes"] = s.Range, ["meaning"] = s.Meaning });
                var item = new JsonObject { ["name"] = entry.Name, ["aliases"] = Envelope.Texts(entry.Aliases), ["summary"] = entry.Summary, ["settings"] = settings };
                if (entry.Details.Length > 0) item["details"] = entry.Details;
                if (entry.Needs.Length > 0) item["needs"] = entry.Needs;
                if (entry.Source.Length > 0) item["source"] = entry.Source;
                entries.Add((JsonNode)item);
            }
            json.Add((JsonNode)new JsonObject { ["kind"] = page.Kind, ["title"] = page.Title, ["entries"] = entries });
        }
        return json;
    }
}
