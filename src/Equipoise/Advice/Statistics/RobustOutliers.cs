namespace Equipoise.Advice;

/// <summary>Outliers, by measures that outliers themselves do not move.</summary>
/// <remarks>
/// Robust deviation s = 1.4826 × median of |x − median|; where more than half of the values are equal that is 0, and s = 1.2533 × mean of |x − median|. A value is an outlier if |x − median| &gt; 3.5 s: of
/// normal numbers 0.05 % are. The fence counts values more than 3 (Q3 − Q1) below Q1 or above Q3: of normal numbers 0.0002 %.
/// Source: Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993; Tukey, "Exploratory Data Analysis", 1977.
/// </remarks>
internal static class RobustOutliers
{
    private const double Bound = 3.5;

    /// <summary>s, 0 if all values are equal. <paramref name="sorted"/> rises.</summary>
    public static double Deviation(double[] sorted, double median)
    {
        double[] distances = [.. sorted.Select(v => Math.Abs(v - median))];
        Array.Sort(distances);
        double middle = NumberStatistics.Quantile(distances, 0.5);
        return middle > 0 ? 1.4826 * middle : 1.2533 * distances.Average();
    }

    /// <summary>The share of outliers by the robust deviation.</summary>
    public static double Share(double[] sorted, double median)
    {
        double bound = Bound * Deviation(sorted, median);
        return bound == 0 ? 0 : (double)sorted.Count(v => Math.Abs(v - median) > bound) / sorted.Length;
    }

    /// <summary>The share of values outside the fence; 0 if the quartiles are equal, where it says nothing.</summary>
    public static double FenceShare(double[] sorted, double lower, double upper)
    {
        double reach = 3 * (upper - lower);
        return reach == 0 ? 0 : (double)sorted.Count(v => v < lower - reach || v > upper + reach) / sorted.Length;
    }
}
