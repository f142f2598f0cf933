namespace Equipoise.Trials;

/// <summary>Student's t distribution, for intervals from few trials.</summary>
/// <remarks>P(|T| ≤ t) = 1 − I(x; ν/2, 1/2) with x = ν / (ν + t²) and I the regularised incomplete beta function, by its continued fraction (Lentz). Source: Abramowitz and Stegun, 1964, 26.7.1 and 26.5.8.</remarks>
internal static class StudentDistribution
{
    /// <summary>The t with P(|T| ≤ t) = <paramref name="confidence"/>.</summary>
    /// <param name="confidence">Above 0 and below 1.</param>
    /// <param name="freedom">Degrees of freedom, above 0; need not be whole.</param>
    public static double Quantile(double confidence, double freedom)
    {
        double low = 0, high = 1;
        while (Within(high, freedom) < confidence && high < 1e12) high *= 2;
        for (int i = 0; i < 200 && high - low > 1e-12 * high; i++)
        {
            double middle = (low + high) / 2;
            if (Within(middle, freedom) < confidence) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    private static double Within(double t, double freedom) => 1 - IncompleteBeta(freedom / (freedom + (t * t)), freedom / 2, 0.5);

    private static double IncompleteBeta(double x, double a, double b)
    {
        if (x is <= 0 or >= 1) return x <= 0 ? 0 : 1;
        double front = Math.Exp((a * Math.Log(x)) + (b * Math.Log(1 - x)) + LogGamma(a + b) - LogGamma(a) - LogGamma(b));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(x, a, b) / a : 1 - (front * Fraction(1 - x, b, a) / b);
    }

    private static double Fraction(double x, double a, double b)
    {
        const double Tiny = 1e-300;
        double c = 1, d = 1 / NotZero(1 - ((a + b) * x / (a + 1))), value = d;
        for (int m = 1; m <= 10_000; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            value *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-15) break;
        }
        return value;

        static double NotZero(double number) => Math.Abs(number) < Tiny ? Tiny : number;
    }

    // Stirling's series after moving the argument above 10.
    private static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 10; x++) shift -= Math.Log(x);
        double inverse = 1 / (x * x);
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + ((1.0 / 12) - (inverse * ((1.0 / 360) - (inverse * ((1.0 / 1260) - (inverse / 1680)))))) / x;
    }
}
