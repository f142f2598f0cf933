using System.Globalization;

namespace Equipoise;

/// <summary>Checks of settings: each refusal names the owner, the setting, its value and the range.</summary>
internal static class Require
{
    // Texts are made only where they are needed: regularisers check in every step, which allocates nothing.
    public static void Finite(string owner, string name, double value)
    {
        if (!double.IsFinite(value)) throw Refusal(owner, name, value, "a finite number");
    }

    public static void Above(string owner, string name, double value, double bound)
    {
        if (!(double.IsFinite(value) && value > bound)) throw Refusal(owner, name, value, $"above {Text(bound)} and finite");
    }

    public static void AtLeast(string owner, string name, double value, double bound)
    {
        if (!(double.IsFinite(value) && value >= bound)) throw Refusal(owner, name, value, $"at least {Text(bound)} and finite");
    }

    public static void Between(string owner, string name, double value, double minimum, double maximum)
    {
        if (!(value >= minimum && value <= maximum)) throw Refusal(owner, name, value, $"between {Text(minimum)} and {Text(maximum)}");
    }

    /// <summary>A decay rate of a moving average: 0 ≤ value &lt; 1.</summary>
    public static void Fraction(string owner, string name, double value)
    {
        if (!(value >= 0 && value < 1)) throw Refusal(owner, name, value, "at least 0 and below 1");
    }

    public static void That(bool good, string owner, string name, double value, string range)
    {
        if (!good) throw Refusal(owner, name, value, range);
    }

    private static ArgumentOutOfRangeException Refusal(string owner, string name, double value, string range)
        => new(name, value, $"{owner}: {name} is {Text(value)}, but it must be {range}.");

    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
