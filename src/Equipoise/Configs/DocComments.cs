using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Equipoise.Configs;

/// <summary>What the doc comments of components say: formula, shapes, edge cases, source. Read from the documentation files that the compiler writes beside the assemblies; where they are missing, nothing is said.</summary>
internal static partial class DocComments
{
    private static readonly Lazy<Dictionary<string, XElement>> _all = new(Read);

    /// <summary>The summary of and the remarks on a type, with its settings as configs call them: what stands before and after its source, and the source itself; empty where nothing is said.</summary>
    public static (string Details, string Source) Of(Type type, IEnumerable<string> settings)
    {
        string NameOf(string parameter) => settings.FirstOrDefault(s => s.Replace("_", "", StringComparison.Ordinal).Equals(parameter, StringComparison.OrdinalIgnoreCase)) ?? SnakeCase(parameter);
        if (type.FullName is not { } name || !_all.Value.TryGetValue($"T:{name.Replace('+', '.')}", out var comment)) return ("", "");
        string text = $"{Plain(comment.Element("summary"), NameOf)} {Plain(comment.Element("remarks"), NameOf)}".Trim();
        var found = Source().Match(text);
        if (!found.Success) return (text, "");
        string rest = text.Remove(found.Index, found.Length);
        return (Spaces().Replace(rest, " ").Trim(), found.Groups[1].Value.Trim().TrimEnd('.'));
    }

    private static Dictionary<string, XElement> Read()
    {
        var all = new Dictionary<string, XElement>(StringComparer.Ordinal);
        foreach (string assembly in (ReadOnlySpan<string>)["Equipoise", "Equipoise.Balancing"])
        {
            string file = Path.Combine(AppContext.BaseDirectory, $"{assembly}.xml");
            if (!File.Exists(file)) continue;
            foreach (var member in XDocument.Load(file).Descendants("member"))
            {
                if ((string?)member.Attribute("name") is { } name && name.StartsWith("T:", StringComparison.Ordinal)) all[name] = member;
            }
        }
        return all;
    }

    private static string Plain(XElement? element, Func<string, string> nameOf)
    {
        if (element is null) return "";
        var text = new StringBuilder();
        foreach (var node in element.Nodes()) Write(node, text, nameOf);
        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    private static void Write(XNode node, StringBuilder text, Func<string, string> nameOf)
    {
        if (node is XText plain) text.Append(plain.Value);
        if (node is not XElement element) return;
        string name = (string?)element.Attribute("name") ?? (string?)element.Attribute("langword") ?? (string?)element.Attribute("cref") ?? "";
        switch (element.Name.LocalName)
        {
            case "paramref":
                text.Append('`').Append(nameOf(name)).Append('`');
                break;
            case "see" or "seealso":
                string member = name.Split('(')[0];
                text.Append('`').Append(member[(member.LastIndexOf('.') + 1)..]).Append('`');
                break;
            case "c" or "code":
                text.Append('`').Append(element.Value.Trim()).Append('`');
                break;
            default:
                text.Append(Plain(element, nameOf));
                break;
        }
    }

    private static string SnakeCase(string name)
        => string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 && !char.IsUpper(name[i - 1]) ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    // Up to the sentence on what differs, or the end.
    [GeneratedRegex(@"Source: (.+?)(?=\. (?:Differs|Where|Here|We |It |With)|$)\.?")]
    private static partial Regex Source();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
