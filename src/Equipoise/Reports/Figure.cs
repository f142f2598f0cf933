using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Ledger;

namespace Equipoise.Reports;

/// <summary>A number of an answer: its value, and the digits that stand in the JSON, which go into the page beside the rounded ones.</summary>
/// <param name="Value">The number; NaN where the answer has null.</param>
/// <param name="Json">Its digits in the JSON; null where there is no number.</param>
internal readonly record struct Figure(double Value, string? Json)
{
    /// <summary>No number.</summary>
    public static Figure None { get; } = new(double.NaN, null);

    /// <summary>Reads a number; anything else is <see cref="None"/>.</summary>
    public static Figure Of(JsonNode? node) => node is JsonValue value && value.TryGetValue(out double number) ? new Figure(number, value.ToJsonString()) : None;

    /// <summary>Whether there is a number.</summary>
    public bool Is => Json is not null && double.IsFinite(Value);

    /// <summary>A number as accounts show it: four decimals.</summary>
    public static string Number(double value) => LedgerEntry.Number(value);

    /// <summary>A weight.</summary>
    public static string Weight(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>Three digits that count.</summary>
    public static string Short(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>Two decimals, as cosines have them.</summary>
    public static string Cosine(double value) => (Math.Round(value, 2) + 0.0).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A whole number with commas.</summary>
    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A whole number as it is, such as a year or a seed.</summary>
    public static string Whole(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    /// <summary>A number with its sign.</summary>
    public static string Signed(double value) => (value > 0 ? "+" : "") + LedgerEntry.Number(value);

    /// <summary>Three digits that count, with the sign.</summary>
    public static string SignedShort(double value) => (value > 0 ? "+" : "") + Short(value);

    /// <summary>How often; 2 decimals behind a cross.</summary>
    public static string Times(double value) => string.Create(CultureInfo.InvariantCulture, $"× {value:0.00}");

    /// <summary>Seconds.</summary>
    public static string Seconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} s");
}
