namespace Equipoise.Advice;

/// <summary>How lopsided a distribution is: mean of ((x − mean) ÷ deviation)³. 0 for symmetric ones, 2 for an exponential one; 0 if all values are equal.</summary>
internal static class Skewness
{
    /// <summary>The skewness.</summary>
    public static double Of(double[] values)
    {
        double mean = values.Average(), square = 0, cube = 0;
        foreach (double value in values)
        {
            double e = value - mean;
            square += e * e;
            cube += e * e * e;
        }
        double variance = square / values.Length;
        // Equal values may differ from their mean by rounding.
        return variance <= 1e-24 * mean * mean ? 0 : cube / values.Length / Math.Pow(variance, 1.5);
    }
}
