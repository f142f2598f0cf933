namespace Equipoise.Advice;

/// <summary>Whether counts scatter as those of a Poisson distribution do: variance ÷ mean, which is 1 there; NaN unless the mean is above 0.</summary>
internal static class Dispersion
{
    /// <summary>The quotient.</summary>
    public static double Of(double mean, double variance) => mean > 0 ? variance / mean : double.NaN;
}
