using System.Globalization;

namespace Equipoise.Audits;

/// <summary>A number as a log has it: its value and how many digits were printed.</summary>
/// <param name="Value">The number that is written there.</param>
/// <param name="Decimals">Digits after the point.</param>
/// <param name="Significant">Digits from the first that is not zero, 0 for a zero.</param>
/// <param name="Exponent">The power of ten that follows an <c>e</c>; null without one.</param>
/// <param name="Exact">Whether it is a binary number and not a text, so that no digit was lost in printing.</param>
internal readonly record struct PrintedNumber(double Value, int Decimals, int Significant, int? Exponent, bool Exact = false)
{
    /// <summary>The smallest step that the printed digits can show: 0.001 for <c>2.230</c>, 0.0001 for <c>1.23e-2</c>.</summary>
    public double Unit => Math.Pow(10, (Exponent ?? 0) - Decimals);

    /// <summary>A number that was stored in binary form, in float precision.</summary>
    public static PrintedNumber Binary(double value) => new(value, 0, 17, null, Exact: true);

    /// <summary>Reads a text such as <c>0.512</c>, <c>-3e-05</c> or <c>nan</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PrintedNumber number)
    {
        number = default;
        text = text.Trim();
        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase) || text.Equals("null", StringComparison.OrdinalIgnoreCase))
        {
            number = new PrintedNumber(double.NaN, 0, 0, null);
            return true;
        }
        if (text.TrimStart("+-").StartsWith("inf", StringComparison.OrdinalIgnoreCase))
        {
            number = new PrintedNumber(text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity, 0, 0, null);
            return true;
        }
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) return false;
        int mark = text.IndexOfAny('e', 'E');
        var mantissa = mark < 0 ? text : text[..mark];
        int point = mantissa.IndexOf('.');
        int significant = 0;
        foreach (char c in mantissa)
        {
            if (char.IsAsciiDigit(c) && (significant > 0 || c != '0')) significant++;
        }
        number = new PrintedNumber(value, point < 0 ? 0 : mantissa.Length - point - 1, significant, mark < 0 ? null : int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        return true;
    }
}
