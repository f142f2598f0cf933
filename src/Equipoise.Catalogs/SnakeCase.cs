namespace Equipoise.Catalogs;

/// <summary>Names as configs write them.</summary>
public static class SnakeCase
{
    /// <summary><c>SumToOne</c> becomes <c>sum_to_one</c>: a lower line before each capital but the first letter.</summary>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
    }
}
