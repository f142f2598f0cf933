using System.Globalization;
using System.Text;
using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>Writes a value in one line, as YAML or as JSON, so that it is read back as it was.</summary>
internal static class FlowText
{
    /// <summary>The text. In YAML a text stands in quotes if it did, or if it could not be read without; in JSON all do but numbers and flags.</summary>
    public static string Write(SettingNode node, bool json = false)
    {
        if (node.Items is { } items) return $"[{string.Join(", ", items.Select(i => Write(i, json)))}]";
        if (node.Entries is { } entries) return $"{{{string.Join(", ", entries.Select(e => $"{Key(e.Key, json)}: {Write(e.Value, json)}"))}}}";
        if (node.IsNull) return "null";
        return !node.IsQuoted && (json ? IsLiteral(node.Scalar!) : IsPlain(node.Scalar!)) ? node.Scalar! : Quoted(node.Scalar!);
    }

    /// <summary>A key of a map.</summary>
    public static string Key(string key, bool json) => !json && (IsName(key) || IsLiteral(key)) ? key : Quoted(key);

    /// <summary>A list of texts; what somebody could take for something else stands in quotes.</summary>
    public static SettingNode List(IEnumerable<string> texts) => SettingNode.List(texts.Select(t => SettingNode.Of(t, quoted: !IsName(t))));

    private static bool IsLiteral(string text)
        => text is "true" or "false" || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && text[0] is not ('.' or '+') && text.Trim() == text);

    // Plain YAML scalars that no reader takes for a number, a flag or syntax.
    private static bool IsName(string text)
        => text.Length > 0 && char.IsLetter(text[0]) && text.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '/') && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n");

    // Scalars that are the same without quotes, in brackets too.
    private static bool IsPlain(string text)
        => text.Length > 0 && text.Trim() == text && (char.IsLetterOrDigit(text[0]) || text[0] is '_' or '.' or '/' or '+' || (text[0] == '-' && text.Length > 1 && char.IsLetterOrDigit(text[1])))
            && text.All(c => !char.IsControl(c) && !",[]{}#&*!|>'\"%@`\\".Contains(c, StringComparison.Ordinal)) && !text.Contains(": ", StringComparison.Ordinal) && !text.EndsWith(':');

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (char.IsControl(c)) quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }
}
