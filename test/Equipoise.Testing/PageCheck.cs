using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Equipoise.Testing;

/// <summary>What must hold of every page of a report.</summary>
public static class PageCheck
{
    private static readonly XNamespace _html = "http://www.w3.org/1999/xhtml";
    private static readonly string[] _forbidden = ["script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use"];

    /// <summary>Reads a page, which is well-formed XML, and checks that it needs nothing else: no script, no address, and a policy that lets through its own style alone.</summary>
    public static XDocument Read(string html)
    {
        ArgumentNullException.ThrowIfNull(html);
        if (!html.StartsWith("<!DOCTYPE html>\n", StringComparison.Ordinal)) throw new PageException("The page does not begin with its document type.");
        var page = XDocument.Parse(html[html.IndexOf('\n', StringComparison.Ordinal)..]);
        var faults = new List<string>();
        foreach (var element in page.Descendants())
        {
            if (_forbidden.Contains(element.Name.LocalName)) faults.Add($"There is an element '{element.Name.LocalName}'.");
            foreach (var attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration))
            {
                string name = attribute.Name.LocalName;
                if (name.StartsWith("on", StringComparison.Ordinal) || name is "src" or "style") faults.Add($"There is an attribute '{name}'.");
                if (name == "href" && !attribute.Value.StartsWith('#')) faults.Add($"There is an address: {attribute.Value}.");
            }
        }
        string style = page.Descendants(_html + "style").Single().Value;
        string wanted = $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'";
        string policy = page.Descendants(_html + "meta").Single(m => (string?)m.Attribute("http-equiv") == "Content-Security-Policy").Attribute("content")!.Value;
        if (policy != wanted) faults.Add($"The policy is not that of the style: {policy}");
        if (style.Contains("url(", StringComparison.Ordinal) || style.Contains("@import", StringComparison.Ordinal)) faults.Add("The style fetches something.");
        var names = page.Descendants().Select(e => (string?)e.Attribute("id")).Where(i => i is not null).GroupBy(i => i).Where(g => g.Count() > 1).Select(g => g.Key);
        faults.AddRange(names.Select(n => $"'{n}' is the id of several elements."));
        return faults.Count == 0 ? page : throw new PageException(string.Join("\n", faults));
    }

    /// <summary>Checks that every figure on a page is one of the JSON, digit by digit, and that what is read is this figure, rounded.</summary>
    /// <returns>How many figures there are.</returns>
    public static int Figures(XDocument page, JsonNode json)
    {
        ArgumentNullException.ThrowIfNull(page);
        var known = new HashSet<string>(StringComparer.Ordinal);
        Collect(json, known);
        var faults = new List<string>();
        int count = 0;
        foreach (var element in page.Descendants())
        {
            bool read = element.Name.LocalName == "data";
            foreach (var attribute in element.Attributes().Where(a => (read && a.Name.LocalName == "value") || a.Name.LocalName.StartsWith("data-", StringComparison.Ordinal)))
            {
                count++;
                if (!known.Contains(attribute.Value)) faults.Add($"{attribute.Value} ({element.Value}) is no figure of the answer.");
                else if (read && !Rounded(element.Value, double.Parse(attribute.Value, CultureInfo.InvariantCulture))) faults.Add($"'{element.Value}' is not {attribute.Value}.");
            }
        }
        return faults.Count == 0 ? count : throw new PageException(string.Join("\n", faults.Take(10)));
    }

    // A text is a figure rounded if it is off by at most a little more than half of its last digit.
    private static bool Rounded(string text, double value)
    {
        string digits = text.Replace(",", "", StringComparison.Ordinal).Trim('×', ' ', '+', '%', 's');
        if (text.EndsWith('%')) value *= 100;
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double shown)) return false;
        string mantissa = digits.Split('e', 'E')[0];
        int decimals = mantissa.Contains('.', StringComparison.Ordinal) ? mantissa.Length - mantissa.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        double power = digits.Contains('e', StringComparison.OrdinalIgnoreCase) ? double.Parse(digits.Split('e', 'E')[1], CultureInfo.InvariantCulture) : 0;
        // Digits that end in zeros are not written by all formats, so the last digit may be finer than it seems, never coarser.
        return Math.Abs(shown - value) <= 0.5001 * Math.Pow(10, power - decimals);
    }

    private static void Collect(JsonNode? node, HashSet<string> known)
    {
        switch (node)
        {
            case JsonObject entries:
                foreach (var (_, child) in entries) Collect(child, known);
                break;
            case JsonArray list:
                foreach (var child in list) Collect(child, known);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                known.Add(value.ToJsonString());
                break;
        }
    }
}
