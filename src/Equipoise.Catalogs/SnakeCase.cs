using System.Text;

namespace Equipoise.Catalogs;

/// <summary>Names as configs write them.</summary>
public static class SnakeCase
{
    /// <summary><c>SumToOne</c> becomes <c>sum_to_one</c>: a lower line before each capital but the first letter.</summary>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = new StringBuilder(name.Length + 4);
        foreach (char c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
