namespace Equipoise.Audits;

/// <summary>The effective weight of a part, as a log tells it.</summary>
/// <param name="Part">Name of the part.</param>
/// <param name="Value">The best value; at the last line where weights move.</param>
/// <param name="Least">No smaller value can have made the log (or, where the total scatters or has a term that is not printed, with 99.7 % certainty).</param>
/// <param name="Greatest">No greater one, likewise; infinite if the log does not bound it.</param>
/// <param name="First">Where weights move: the value at the first line; else the same as <paramref name="Value"/>.</param>
public sealed record WeightInterval(string Part, double Value, double Least, double Greatest, double First)
{
    /// <summary>The number with the fewest digits within the interval.</summary>
    public double Simplest
    {
        get
        {
            double width = Greatest - Least;
            for (int digits = 0; digits <= 12 && double.IsFinite(width); digits++)
            {
                double near = Math.Round(Value, digits);
                if (near >= Least && near <= Greatest) return near;
                double unit = Math.Pow(10, -digits), first = Math.Ceiling(Least / unit) * unit;
                if (first <= Greatest) return Math.Round(first, digits);
            }
            return Value;
        }
    }
}
