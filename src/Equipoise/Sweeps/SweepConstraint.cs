using System.Globalization;
using Equipoise.Configs;

namespace Equipoise.Sweeps;

/// <summary>A bound that a figure must keep: <c>section.accuracy&gt;=0.75</c>.</summary>
/// <param name="Name">The figure.</param>
/// <param name="AtLeast">Whether the bound is the least value; otherwise it is the greatest.</param>
/// <param name="Bound">The bound, itself allowed.</param>
public sealed record SweepConstraint(string Name, bool AtLeast, double Bound)
{
    /// <summary>Reads <c>FIGURE&gt;=NUMBER</c> or <c>FIGURE&lt;=NUMBER</c>.</summary>
    /// <exception cref="ConfigException">It is neither, or there is no such figure.</exception>
    public static SweepConstraint Parse(string text, Config config)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = text.IndexOfAny(['<', '>']);
        if (at <= 0 || at + 1 >= text.Length || text[at + 1] != '=' || !double.TryParse(text[(at + 2)..].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double bound) || !double.IsFinite(bound))
            throw new ConfigException($"'{text}' is no bound. Write a figure, >= or <=, and a number, in quotation marks for the shell: \"section.accuracy>=0.75\".");
        var figure = SweepObjective.Parse($"{text[..at].Trim()}:max", config);
        return new SweepConstraint(figure.Name, text[at] == '>', bound);
    }

    /// <summary>Whether a value keeps it; NaN never does.</summary>
    public bool Holds(double value) => AtLeast ? value >= Bound : value <= Bound;

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}{(AtLeast ? ">=" : "<=")}{Bound}");
}
