namespace Equipoise.Ledger;

/// <summary>Fields of CSV files.</summary>
internal static class Csv
{
    /// <summary>The field, in quotes if it must be (RFC 4180).</summary>
    public static string Quote(string field)
        => field.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
