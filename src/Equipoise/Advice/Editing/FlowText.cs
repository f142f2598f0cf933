using System.Globalization;
using System.Text;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>Writes a value in one line, as YAML or as JSON, so that it is read back as it was.</summary>
internal static class FlowText
{
    /// <summary>The text. Texts that YAML would take for something else stand in quotes; in JSON all do but numbers and flags.</summary>
    public static string Write(SettingNode node, bool json = false)
    {
        if (node.Items is { } items) return $"[{string.Join(", ", items.Select(i => Write(i, json)))}]";
        if (node.Entries is { } entries) return $"{{{string.Join(", ", entries.Select(e => $"{Scalar(e.Key, json, quote: json)}: {Write(e.Value, json)}"))}}}";
        return node.Scalar is { } scalar ? Scalar(scalar, json, node.IsQuoted) : "null";
    }

    /// <summary>A list of texts.</summary>
    public static SettingNode List(IEnumerable<string> texts) => SettingNode.List(texts.Select(t => SettingNode.Of(t, quoted: !IsName(t))));

    private static string Scalar(string text, bool json, bool quote)
    {
        bool literal = !quote && (text is "true" or "false" || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
        return literal || (!json && !quote && IsName(text)) ? text : Quoted(text);
    }

    // Plain YAML scalars that no reader takes for a number, a flag or syntax.
    private static bool IsName(string text)
        => text.Length > 0 && char.IsLetter(text[0]) && text.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '/') && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n");

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                '\r' => quoted.Append("\\r"),
                _ => quoted.Append(c),
            };
        }
        return quoted.Append('"').ToString();
    }
}
