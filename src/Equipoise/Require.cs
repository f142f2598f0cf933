using System.Globalization;

namespace Equipoise;

/// <summary>Checks of settings: each refusal names the owner, the setting, its value and the range.</summary>
internal static class Require
{
    public static void Finite(string owner, string name, double value)
        => That(double.IsFinite(value), owner, name, value, "a finite number");

    public static void Above(string owner, string name, double value, double bound)
        => That(double.IsFinite(value) && value > bound, owner, name, value, $"above {Text(bound)} and finite");

    public static void AtLeast(string owner, string name, double value, double bound)
        => That(double.IsFinite(value) && value >= bound, owner, name, value, $"at least {Text(bound)} and finite");

    public static void Between(string owner, string name, double value, double minimum, double maximum)
        => That(value >= minimum && value <= maximum, owner, name, value, $"between {Text(minimum)} and {Text(maximum)}");

    /// <summary>A decay rate of a moving average: 0 ≤ value &lt; 1.</summary>
    public static void Fraction(string owner, string name, double value)
        => That(value >= 0 && value < 1, owner, name, value, "at least 0 and below 1");

    public static void That(bool good, string owner, string name, double value, string range)
    {
        if (!good) throw new ArgumentOutOfRangeException(name, value, $"{owner}: {name} is {Text(value)}, but it must be {range}.");
    }

    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
